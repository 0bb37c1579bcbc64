#pragma once

#include "gateway/store/sqlite/connection.hpp"

namespace gateway::store::sqlite {

/// Brings the file to the newest version of schema/NNN.sql, each step in one transaction. The
/// version stands in `pragma user_version`.
/// Errors: store_failed, also when the file is of a newer version than this program knows.
[[nodiscard]] base::Result<void> migrate(Connection& database);

}  // namespace gateway::store::sqlite
