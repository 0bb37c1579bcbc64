#pragma once

#include "gateway/store/postgres/connection.hpp"

namespace gateway::store::postgres {

/// Brings the database to the newest version of schema/NNN.sql; nodes that start together take
/// turns. The version stands in the table schema_version.
/// Errors: store_failed, also when the database is of a newer version than this program knows.
[[nodiscard]] base::Result<void> migrate(Connection& database);

}  // namespace gateway::store::postgres
