#pragma once

#include <cstdint>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// How far a resource is judged.
enum class Checks : std::uint8_t {
    structure,  ///< all but the invariants
    all,
};

/// What base R4 (4.0.1) says of a resource: unknown elements, cardinality, JSON types, primitive
/// forms, choice types, required bindings, `Resource.id`, contained and Bundle entries, narrative,
/// and the invariants of the definitions (`rule` = their key) but for advice (dom-6).
///
/// Every issue has `path` (FHIR element path with indexes) and `where` = "@byte N" of the JSON read
/// (empty when the tree was built). Bindings without a local code list are not reported as wrong.
/// Pure; linear in the size of the tree.
[[nodiscard]] base::Issues validate(const Node& resource, Checks checks = Checks::all);

}  // namespace fhir::r4
