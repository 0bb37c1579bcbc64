#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"

namespace fhir::national {

/// One resource of a Bundle and where it stands.
struct Entry {
    const r4::Node* resource = nullptr;
    std::string_view full_url;
    std::string path;  ///< "Bundle.entry[2].resource", or the type of a lone resource
};

/// The resources of a Bundle in order; a resource that is no Bundle is its own only entry.
[[nodiscard]] std::vector<Entry> entries_of(const r4::Node& bundle);

[[nodiscard]] std::string_view type_of(const Entry& entry) noexcept;

/// The entry a Reference.reference points at: by full URL, or by "Type/id"; nullptr when none.
[[nodiscard]] const Entry* resolve(const std::vector<Entry>& entries, std::string_view reference);

}  // namespace fhir::national
