#pragma once

#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/net/http.hpp"

namespace gateway::net {

/// The answer to a request that was refused: application/problem+json with the members `type title
/// status detail code where expected{es,en} found{es,en} trace`; `found` only when it is known.
/// Title and detail are in Spanish, then English. The status is the catalogue's; what may succeed
/// later says Retry-After.
/// Source: RFC 9457.
[[nodiscard]] Response problem(const base::Error& error, std::string_view trace_id);

}  // namespace gateway::net
