#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/store/store.hpp"

namespace gateway::store {

/// How the rows of one table of PostgreSQL are read from SQLite: `select SELECT from FROM`. Every
/// table and column of both engines is in one of them (tests/contract/move_test.cpp).
struct MovedTable {
    std::string_view table;
    std::string_view columns;  ///< of PostgreSQL; a last one `keys` is made of the lines before it
    std::string_view select;   ///< ?1 is the node
    std::string_view from;
};
[[nodiscard]] std::span<const MovedTable> moved_tables() noexcept;

/// A store's way from SQLite to PostgreSQL.
struct Move {
    std::string path;      ///< the SQLite file
    std::string settings;  ///< of the PostgreSQL database, a libpq connection string
    std::string node;      ///< the ledger_origin of both
    /// Whether the SQLite store is what it should be.
    std::function<base::Result<void>(Store&)> check;
    /// Told now and then how many rows of a table are copied.
    std::function<void(std::string_view table, std::uint64_t rows)> seen;
};

/// Moves every row, in one transaction of PostgreSQL, and marks the file: no gateway opens it
/// again. What is refused or interrupted leaves the database as empty as it was and the file
/// unmarked; cut off between the two marks around the commit, the file is refused by a gateway and
/// the same move again brings it to its end. The number of rows.
///
/// Threads:  one; blocking.
/// Errors:   ledger_inconsistent (moved before), wrong_usage (the database is not empty, the file
///           has another schema version), store_failed (also when a gateway works on either), those
///           of `check`.
[[nodiscard]] base::Result<std::uint64_t> move_to_postgres(const Move& move);

}  // namespace gateway::store
