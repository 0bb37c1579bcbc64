#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// The transparency ledger of one node: leaves, tiles, published checkpoints. send() puts a row
/// into the open pipeline.
[[nodiscard]] base::Result<void> send(Connection& database, std::string_view node,
                                      const Leaf& leaf);
[[nodiscard]] base::Result<void> send(Connection& database, std::string_view node,
                                      const evidence::Tile& tile);

[[nodiscard]] base::Result<std::uint64_t> ledger_size(Connection& database, std::string_view node);
[[nodiscard]] base::Result<std::vector<Leaf>> leaves(Connection& database, std::string_view node,
                                                     std::uint64_t first, std::size_t count);
[[nodiscard]] base::Result<std::string> tile(Connection& database, std::string_view node,
                                             std::uint32_t level, std::uint64_t index);

[[nodiscard]] base::Result<void> save_checkpoint(Connection& database, std::string_view node,
                                                 std::uint64_t size, std::string_view note);
[[nodiscard]] base::Result<std::string> latest_checkpoint(Connection& database,
                                                          std::string_view node);
[[nodiscard]] base::Result<std::string> checkpoint_covering(Connection& database,
                                                            std::string_view node,
                                                            std::uint64_t index);
[[nodiscard]] base::Result<void> save_timestamp(Connection& database, std::string_view node,
                                                const TimestampedCheckpoint& stamped);
[[nodiscard]] base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(
    Connection& database, std::string_view node, std::uint64_t index);

[[nodiscard]] base::Result<void> save_cosigned(Connection& database, std::string_view node,
                                               std::uint64_t size, std::string_view note);
[[nodiscard]] base::Result<std::string> cosigned_covering(Connection& database,
                                                          std::string_view node,
                                                          std::uint64_t index);

[[nodiscard]] base::Result<std::optional<WitnessedHead>> witnessed(Connection& database,
                                                                   std::string_view witness,
                                                                   std::string_view origin);
[[nodiscard]] base::Result<bool> advance_witnessed(Connection& database, std::string_view witness,
                                                   std::string_view origin, std::uint64_t from,
                                                   const WitnessedHead& head);

}  // namespace gateway::store::postgres
