#pragma once

#include <string_view>
#include <vector>

#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::sqlite {

/// Audit events, read from the newest to the oldest. Errors: store_failed; replayed.
[[nodiscard]] base::Result<void> add(Connection& database, const core::AuditEvent& event);
[[nodiscard]] base::Result<std::vector<core::AuditEvent>> read_audit(Connection& database,
                                                                     const AuditFilter& filter);

}  // namespace gateway::store::sqlite
