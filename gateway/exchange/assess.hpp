#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/national/subject.hpp"
#include "gateway/exchange/intake.hpp"
#include "gateway/store/store.hpp"
#include "mapping/translate.hpp"

namespace gateway::exchange {

/// How one record of a submission ended. Records have outcomes of their own.
struct RecordOutcome {
    std::size_t record = 1;
    std::string place;  ///< "message 1", "row 7"
    std::string profile;
    bool accepted = false;
    std::string code;                  ///< catalogue id of the first error when refused
    std::string where;                 ///< its place
    std::optional<base::Error> error;  ///< the same as a whole
    fhir::national::Subject subject;
    std::vector<store::ServedResource> resources;  ///< under their author's ids: see entry_id()
    mapping::LeafLedger leaves;
};

/// What the first four steps of the line made of a submission: read, map, validate, identify.
struct Assessment {
    std::vector<RecordOutcome> records;
    std::string fhir;  ///< the accepted Bundles: one JSON text, or one a line when many were sent
    std::string media_type;  ///< "application/fhir+json" or "application/fhir+ndjson"
    std::string package;     ///< "hl7.v2-to-fhir|1.0.0"
    std::string profile;
    base::Issues issues;  ///< of all records, errors first when there are too many to keep
    std::size_t issues_left_out = 0;
    std::set<std::string, std::less<>> resource_types;  ///< in the accepted Bundles
    std::size_t refused = 0;
    std::size_t generic = 0;  ///< records with the generic CURP, kept under another key

    [[nodiscard]] bool acceptable() const noexcept { return refused < records.size(); }
};

/// What is stated about the bytes of a submission.
[[nodiscard]] mapping::Request request_of(const Intake& intake);

/// Pure: bytes in, FHIR and findings out. An Error when nothing can be read at all.
[[nodiscard]] base::Result<Assessment> assess(const mapping::Translator& translator,
                                              const Intake& intake);

/// Judges one record and adds what it says of the whole to `assessment`, all but its outcome. The
/// Bundle of an accepted record is appended to `fhir`.
[[nodiscard]] RecordOutcome assess_record(mapping::Translation translation, Assessment& assessment,
                                          std::string& fhir);

/// What a Bundle that was judged before brings to read, and whose it is.
[[nodiscard]] RecordOutcome judged_before(const fhir::r4::Node& bundle, std::size_t record);

/// Keeps the gravest findings when there are too many; says how many were left out.
void trim(Assessment& assessment);

/// One line of JSON per record, without personal data: the manifest of the submission.
[[nodiscard]] std::string records_ndjson(const Assessment& assessment);

}  // namespace gateway::exchange
