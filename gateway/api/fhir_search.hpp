#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir_models/r4/search/search.hpp"
#include "gateway/api/disclosure.hpp"

namespace gateway::api {

using Parameters = std::vector<std::pair<std::string, std::string>>;  ///< decoded

/// Whose records are searched: there is no search without a person, so nobody reads what he did not
/// have to ask for. Exactly one of these is named.
struct Whose {
    std::vector<std::string> ids;   ///< _id
    std::string patient;            ///< id of a Patient: patient or subject
    std::string identifier_system;  ///< identifier of a Patient, or patient.identifier
    std::string identifier_value;
};

/// A search as it was understood.
struct Search {
    std::string type;
    Whose whose;
    std::vector<fhir::r4::Criterion> criteria;
    std::vector<fhir::r4::Span> updated;              ///< _lastUpdated: all of them have to fit
    std::vector<std::string> includes;                ///< names of reference parameters
    const fhir::r4::SearchParameter* sort = nullptr;  ///< nullptr: by _lastUpdated
    bool descending = true;
    std::size_t count = 50;
    std::string cursor;  ///< "<key>.<id>" of the last one shown before
    Parameters used;     ///< what of the request was used, for the self link; without the cursor
};

/// Errors: unknown_parameter with the name of the parameter at fault; lenient searches skip names
/// that are unknown.
[[nodiscard]] base::Result<Search> read_search(std::string_view type, const Parameters& given,
                                               bool lenient);

/// A page of what was found.
struct Page {
    std::vector<Shown> matches;
    std::vector<Shown> included;
    std::size_t total = 0;
    std::string next;  ///< cursor of the next page; empty: this is the last one
};

/// Blocking. Errors: store_failed, evidence_altered.
[[nodiscard]] base::Result<Page> run_search(const Search& search, const Call& call,
                                            Disclosure& disclosure);

/// Versions of Patient with this identifier, whoever brought them.
[[nodiscard]] base::Result<std::vector<store::Resource>> find_by_identifier(
    const Services& services, std::string_view system, std::string_view value,
    std::string_view type);

}  // namespace gateway::api
