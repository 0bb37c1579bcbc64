#pragma once

#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// Audit events, read from the newest to the oldest. send() puts one into the pipeline.
[[nodiscard]] base::Result<void> send(Connection& database, const core::AuditEvent& event);
[[nodiscard]] base::Result<std::vector<core::AuditEvent>> read_audit(Connection& database,
                                                                     const AuditFilter& filter);

}  // namespace gateway::store::postgres
