#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "mapping/translate.hpp"

namespace gateway::exchange {

/// One place where a record translated anew is not what was emitted. Holds no value.
struct Difference {
    std::string path;         ///< as in lineage: "Encounter[0].class.code"
    std::string_view change;  ///< "added", "changed", "removed"
    std::string rule;         ///< that makes it now; empty when none does
};

/// A resource of a Bundle, as lineage names it, with what it is found again by.
struct Entry {
    const fhir::r4::Node* entry = nullptr;  ///< of Bundle.entry
    const fhir::r4::Node* resource = nullptr;
    std::string type;
    std::string id;           ///< as its author names it
    std::string path;         ///< "Encounter[0]"
    std::uint32_t index = 0;  ///< in Bundle.entry
};
[[nodiscard]] std::vector<Entry> entries_of(const fhir::r4::Node& bundle);

/// Which entry of `among` is the same resource: of the same type and id, or, without an id, the
/// same of its type in order.
[[nodiscard]] const Entry* same_resource(const Entry& entry, const std::vector<Entry>& among);

/// Where `made` is not as `emitted`, under the path of the resource; the order of members does not
/// count. Rules are not told yet.
void compare(const fhir::r4::Node& emitted, const fhir::r4::Node& made, const std::string& path,
             std::vector<Difference>& found);

/// Puts to each difference the rule that makes its element, the first below it, or what stands
/// nearest to it in the same resource: a code's system and display come with the code.
void tell_rules(const std::vector<mapping::LineageEntry>& lineage, std::vector<Difference>& found);

}  // namespace gateway::exchange
