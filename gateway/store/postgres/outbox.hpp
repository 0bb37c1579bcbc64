#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// The outbox, shared by every node. Only the earliest item of a (partner, person) is a head; who
/// adds or removes one holds the lock of that pair to the end of the transaction, so that no two
/// nodes see each other's heads half-way.

/// Sends the locks that adding and removing these items needs: first of all in the pipeline.
[[nodiscard]] base::Result<void> send_locks(Connection& database,
                                            const std::vector<OutboxItem>& added,
                                            const std::vector<std::string>& removed);
[[nodiscard]] base::Result<void> send(Connection& database, const OutboxItem& item);
[[nodiscard]] base::Result<void> send_removal(Connection& database, std::string_view exchange);

[[nodiscard]] base::Result<void> postpone(Connection& database, std::string_view exchange,
                                          base::Instant due);
/// Within a transaction of the caller; rows another node is about to lease are skipped.
[[nodiscard]] base::Result<std::vector<OutboxItem>> lease_due(Connection& database,
                                                              base::Instant now, std::size_t limit,
                                                              std::int64_t lease_microseconds);
[[nodiscard]] base::Result<void> hold(Connection& database, std::string_view exchange,
                                      base::Instant until);
[[nodiscard]] base::Result<std::optional<base::Instant>> next_due(Connection& database);
[[nodiscard]] base::Result<std::size_t> outbox_size(Connection& database);

}  // namespace gateway::store::postgres
