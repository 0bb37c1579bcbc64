#pragma once

#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// The rows of loads, kept to compare the next load with. send() puts a row into the open pipeline.
[[nodiscard]] base::Result<void> send(Connection& database, const LoadRow& row);
[[nodiscard]] base::Result<void> send(Connection& database, const LatestLoad& latest);
[[nodiscard]] base::Result<void> send(Connection& database, const MovedRow& row);
/// Removes payloads and rows of an open exchange.
[[nodiscard]] base::Result<void> send_discard(Connection& database, std::string_view exchange);

[[nodiscard]] base::Result<std::string> latest_load(Connection& database, std::string_view series);
[[nodiscard]] base::Result<bool> is_row_held(Connection& database, std::string_view holder,
                                             std::uint32_t record);
[[nodiscard]] base::Result<std::vector<LoadRow>> list_load_rows(Connection& database,
                                                                std::string_view load,
                                                                std::string_view series,
                                                                std::string_view after,
                                                                std::size_t limit);

}  // namespace gateway::store::postgres
