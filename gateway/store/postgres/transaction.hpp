#pragma once

#include <optional>
#include <string_view>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// Commits all the rows in one transaction: the statements in one pipeline, then the commit. When
/// the connection is lost during the commit, the server is asked afterwards how it ended.
/// The fault, if there was one; nothing was changed then.
[[nodiscard]] std::optional<Fault> try_commit(Connection& db, std::string_view node,
                                              const store::Rows& rows);

}  // namespace gateway::store::postgres
