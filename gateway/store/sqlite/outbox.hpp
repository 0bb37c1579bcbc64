#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/sqlite/exchanges.hpp"

namespace gateway::store::sqlite {

/// The outbox. Only the earliest item of a (partner, person) is a head, and only heads are handed
/// out; when it goes, the next one becomes the head. An item without person keeps no order.
///
/// Errors: store_failed; replayed, not_found as error_of says.
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys, const OutboxItem& item);
/// Nothing happens when the exchange has no item.
[[nodiscard]] base::Result<void> remove(Connection& database, std::string_view exchange);
[[nodiscard]] base::Result<void> postpone(Connection& database, std::string_view exchange,
                                          base::Instant due);

/// Leases up to `limit` heads. Partners with the fewest items leased come first, so that a slow one
/// never takes all the places; then the oldest.
[[nodiscard]] base::Result<std::vector<OutboxItem>> lease_due(Connection& database,
                                                              base::Instant now, std::size_t limit,
                                                              std::int64_t lease_microseconds);

[[nodiscard]] base::Result<void> hold(Connection& database, std::string_view exchange,
                                      base::Instant until);
[[nodiscard]] base::Result<std::optional<base::Instant>> next_due(Connection& database);
[[nodiscard]] base::Result<std::size_t> outbox_size(Connection& database);

}  // namespace gateway::store::sqlite
