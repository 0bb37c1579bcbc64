#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// Exchanges with their documents and payloads. send() puts a row into the open pipeline.
[[nodiscard]] base::Result<void> send(Connection& database, const core::Exchange& exchange);
/// Replaces an open exchange.
[[nodiscard]] base::Result<void> send_closed(Connection& database, const core::Exchange& exchange);
[[nodiscard]] base::Result<void> send(Connection& database, const NamedDocument& document);
[[nodiscard]] base::Result<void> send(Connection& database, const SharedDocument& shared);
[[nodiscard]] base::Result<void> send(Connection& database, const Blob& blob);
[[nodiscard]] base::Result<void> send(Connection& database, const Transition& transition);

/// The columns id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type,
/// profile, state, code, received, in_digest, out_digest, request_key, ledger_index, strength,
/// records, refused, ledger; in this order.
[[nodiscard]] core::Exchange read_exchange(const Row& row);

[[nodiscard]] base::Result<std::optional<core::Exchange>> find_request(Connection& database,
                                                                       std::string_view sender,
                                                                       std::string_view jti);
[[nodiscard]] base::Result<std::optional<core::Exchange>> find_exchange(Connection& database,
                                                                        std::string_view id);
[[nodiscard]] base::Result<std::vector<core::Exchange>> list_exchanges(
    Connection& database, const ExchangeFilter& filter);
[[nodiscard]] base::Result<std::vector<core::Document>> documents(Connection& database,
                                                                  std::string_view exchange);
[[nodiscard]] base::Result<std::optional<std::string>> find_document(Connection& database,
                                                                     std::string_view exchange,
                                                                     std::string_view name);
[[nodiscard]] base::Result<std::vector<core::Document>> shared_documents(Connection& database,
                                                                         std::string_view owner);
[[nodiscard]] base::Result<std::optional<Blob>> find_blob(Connection& database,
                                                          std::string_view exchange,
                                                          std::string_view kind,
                                                          std::uint32_t record);

[[nodiscard]] base::Result<std::vector<Blob>> list_blobs(Connection& database,
                                                         std::string_view exchange,
                                                         std::string_view kind, std::uint32_t after,
                                                         std::size_t limit);

}  // namespace gateway::store::postgres
