#pragma once

#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/fhirpath/ast.hpp"

namespace fhir::r4::fhirpath {

/// The tree of an expression; its functions and types are known when it is given.
///
/// Errors:  malformed_value (syntax, unknown function or type, wrong number of arguments) and
///          limit_exceeded (more than 200 levels), `where` = "character N".
/// Source:  FHIRPath N1, appendix "Formal Specifications".
[[nodiscard]] base::Result<Ast> parse(std::string_view text);

}  // namespace fhir::r4::fhirpath
