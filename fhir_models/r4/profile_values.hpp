#pragma once

#include "fhir_models/r4/profile.hpp"

namespace fhir::r4 {

/// Whether a value is what the element fixes: equal to its fixed[x], at least its pattern[x] (each
/// property of the pattern; each item of its arrays in some item of the value's). True without
/// both.
[[nodiscard]] bool has_values(const ProfileElement& element, const Node& value);

}  // namespace fhir::r4
