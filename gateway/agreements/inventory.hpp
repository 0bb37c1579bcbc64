#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "gateway/agreements/agreement.hpp"

namespace gateway::agreements {

/// An element of R4 as an inventory names it: "Patient", "Patient.name.family",
/// "Observation.value". No indexes; nothing below a choice without its type; nothing of Bundle or
/// Parameters, which hold other resources.
[[nodiscard]] bool is_element(std::string_view path);

/// What an inventory forgets: a resource type of the grant, or an element that R4 requires of what
/// it lists. Empty when it forgets nothing.
[[nodiscard]] std::string gap_in(const Inventory& inventory,
                                 const std::vector<std::string>& resource_types);

/// What was taken out of a record, by path and without indexes, never a value.
struct Removed {
    std::set<std::string> paths;
    std::string modifier;  ///< one that changes the meaning of the rest: it may not go in silence
};

/// Takes out of every entry of a Bundle what the inventory does not list. Ids and `meta.security`
/// stay; a resource that lost something is tagged SUBSETTED. Of the Bundle itself only what holds
/// its entries together stays.
///
/// Requires: resources that R4's validator accepts. Pure; linear in the size of the tree.
[[nodiscard]] Removed strip(fhir::r4::Document& bundle, const Inventory& inventory);

}  // namespace gateway::agreements
