#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::sqlite {

/// The short keys of the exchanges one commit has to do with, looked up once each.
class Keys {
public:
    explicit Keys(Connection& database) noexcept : database_(&database) {}

    /// Errors: not_found when no such exchange is kept.
    [[nodiscard]] base::Result<std::int64_t> of(std::string_view exchange);
    void remember(std::string_view exchange, std::int64_t key) { known_[exchange] = key; }

private:
    Connection* database_;
    std::unordered_map<std::string_view, std::int64_t> known_;
};

/// The columns id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type,
/// profile, state, code, received, in_digest, out_digest, request_key, ledger_index, strength,
/// records, refused, ledger; in this order.
[[nodiscard]] core::Exchange read_exchange(const Statement& row);

/// Errors of all below: store_failed; replayed, not_found as error_of says.
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys,
                                     const core::Exchange& exchange);
/// Replaces an open exchange. Errors: replayed when it is not open.
[[nodiscard]] base::Result<void> close(Connection& database, const core::Exchange& exchange);
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys,
                                     const NamedDocument& document);
[[nodiscard]] base::Result<void> add(Connection& database, const SharedDocument& shared);
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys, const Blob& blob);
/// Errors: replayed when the exchange is not in state `from`.
[[nodiscard]] base::Result<void> apply(Connection& database, const Transition& transition);

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

}  // namespace gateway::store::sqlite
