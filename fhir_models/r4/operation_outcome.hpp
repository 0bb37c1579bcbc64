#pragma once

#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// Issues as an OperationOutcome resource: severity, IssueType, `details` with the stable code and
/// the Spanish text (English in the translation extension), `diagnostics` with place, expected and
/// found in both languages, `expression` with the FHIR path. One informational "all ok" issue when
/// there are none.
[[nodiscard]] Document to_operation_outcome(const base::Issues& issues,
                                            std::string_view trace_id = {});

}  // namespace fhir::r4
