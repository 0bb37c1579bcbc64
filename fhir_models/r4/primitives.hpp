#pragma once

#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4 {

/// The JSON kind a primitive is written as: boolean, number or string.
[[nodiscard]] Kind json_kind(Primitive type) noexcept;

/// Whether `text` (without quotes and escapes) is a value of the primitive type: its form, and for
/// dates a day that exists. Text of xhtml is judged as a string.
///
/// Source:  R4 datatypes.html, "Primitive Types".
[[nodiscard]] bool is_well_formed(Primitive type, std::string_view text) noexcept;

/// What the form is, in words: "AAAA, AAAA-MM o AAAA-MM-DD".
[[nodiscard]] base::Text form_of(Primitive type);

}  // namespace fhir::r4
