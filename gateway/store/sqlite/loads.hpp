#pragma once

#include <string_view>
#include <vector>

#include "gateway/store/sqlite/exchanges.hpp"

namespace gateway::store::sqlite {

/// The rows of loads, kept to compare the next load with.
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys, const LoadRow& row);
[[nodiscard]] base::Result<void> move(Connection& database, Keys& keys, const MovedRow& row);
[[nodiscard]] base::Result<void> put(Connection& database, Keys& keys, const LatestLoad& latest);
/// Removes payloads and rows of an open exchange.
[[nodiscard]] base::Result<void> discard(Connection& database, Keys& keys,
                                         std::string_view exchange);

[[nodiscard]] base::Result<std::string> latest_load(Connection& database, std::string_view series);
[[nodiscard]] base::Result<bool> is_row_held(Connection& database, std::string_view holder,
                                             std::uint32_t record);
[[nodiscard]] base::Result<std::vector<LoadRow>> list_load_rows(Connection& database,
                                                                std::string_view load,
                                                                std::string_view series,
                                                                std::string_view after,
                                                                std::size_t limit);

}  // namespace gateway::store::sqlite
