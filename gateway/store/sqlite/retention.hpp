#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/sqlite/exchanges.hpp"

namespace gateway::store::sqlite {

/// What must be kept by order, and what is kept no more.
///
/// Errors: store_failed; not_found when no such exchange is kept; replayed: a hold that exists or
/// of what was erased, a release of none, an erasure of what is held or erased.
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys, const LegalHold& hold);
[[nodiscard]] base::Result<void> release(Connection& database, Keys& keys,
                                         const HoldRelease& release);
[[nodiscard]] base::Result<void> erase(Connection& database, Keys& keys, const Erasure& erasure);

[[nodiscard]] base::Result<std::vector<LegalHold>> holds_of(Connection& database,
                                                            std::string_view exchange);
[[nodiscard]] base::Result<std::optional<Erasure>> erasure_of(Connection& database,
                                                              std::string_view exchange);
[[nodiscard]] base::Result<std::vector<Kept>> list_kept(Connection& database,
                                                        std::string_view after,
                                                        std::string_view until, std::size_t limit);

}  // namespace gateway::store::sqlite
