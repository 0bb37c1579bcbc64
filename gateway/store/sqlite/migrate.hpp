#pragma once

#include <cstdint>
#include <limits>

#include "gateway/store/sqlite/connection.hpp"

namespace gateway::store::sqlite {

/// What `pragma user_version` says of a file that is not a gateway's any more: minus its version
/// while PostgreSQL commits what was copied from it, kMoved when it has. A program that does not
/// know of moves refuses both as newer than itself.
inline constexpr std::int64_t kMoved = std::numeric_limits<std::int32_t>::min();

[[nodiscard]] std::int64_t newest_version() noexcept;
[[nodiscard]] base::Result<std::int64_t> version_of(Connection& database);
[[nodiscard]] base::Result<void> set_version(Connection& database, std::int64_t version);

/// Brings the file to the newest version of schema/NNN.sql, each step in one transaction. The
/// version stands in `pragma user_version`.
/// Errors: store_failed, also when the file is of a newer version than this program knows;
/// ledger_inconsistent when it was moved.
[[nodiscard]] base::Result<void> migrate(Connection& database);

}  // namespace gateway::store::sqlite
