#pragma once

#include <string_view>

#include "fhir_models/r4/node.hpp"
#include "gateway/core/audit_event.hpp"

namespace gateway::audit {

/// The event as a FHIR R4 AuditEvent after IHE BALP; `gateway` is the URN of this node, which
/// observed it. The person appears by key only, as in the event itself.
///
/// Pure. The resource passes fhir::r4::validate.
[[nodiscard]] fhir::r4::Document to_fhir(const core::AuditEvent& event, std::string_view gateway);

}  // namespace gateway::audit
