#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4 {

/// A rule in FHIRPath, compiled.
///
/// Source:  constraints of the R4 4.0.1 StructureDefinitions (invariants_r4.inc), but for advice
///          (dom-6) and what the walk checks itself (ele-1, ext-1, ref-1, dom-3, txt-1, txt-2);
///          what only the text of R4 says (text_rules.inc).
struct Invariant {
    static constexpr std::uint8_t kWhole = 255;

    std::string_view key;    ///< "pat-1"
    std::string_view human;  ///< in English, as the definition says it
    base::Severity severity;
    std::uint8_t ordinal;  ///< of the element it is about; kWhole: the type itself
    fhirpath::Expression expression;
};

/// The rules of a type. Compiled once, at the first call.
///
/// Threads:  from many at once.
[[nodiscard]] std::span<const Invariant> invariants_of(const Type& type);

}  // namespace fhir::r4
