#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// What must be kept by order, and what is kept no more.
///
/// send() puts a row into the open pipeline; holds and erasures of one exchange wait for each
/// other.
[[nodiscard]] base::Result<void> send(Connection& database, const LegalHold& hold);
[[nodiscard]] base::Result<void> send(Connection& database, const HoldRelease& release);
[[nodiscard]] base::Result<void> send(Connection& database, const Erasure& erasure);

[[nodiscard]] base::Result<std::vector<LegalHold>> holds_of(Connection& database,
                                                            std::string_view exchange);
[[nodiscard]] base::Result<std::optional<Erasure>> erasure_of(Connection& database,
                                                              std::string_view exchange);
[[nodiscard]] base::Result<std::vector<Kept>> list_kept(Connection& database,
                                                        std::string_view after,
                                                        std::string_view until, std::size_t limit);

}  // namespace gateway::store::postgres
