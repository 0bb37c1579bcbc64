#pragma once

#include <string>

#include "gateway/store/store.hpp"

namespace gateway::store {

/// The statement that answers `filter` in both engines: parameters $1 to $11 are before, person,
/// agent, agreement, exchange, purpose, outcome, kind (or -1), from, until (excluded) and limit,
/// each first named in that order, as SQLite numbers them. It walks the index of the narrowest
/// column from the newest id down.
[[nodiscard]] const std::string& audit_query(const AuditFilter& filter);

}  // namespace gateway::store
