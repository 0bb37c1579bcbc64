#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// Keeps a node for one program as long as the connection lives.
/// Errors: store_failed, also when another program runs it.
[[nodiscard]] base::Result<void> take_node(Connection& database, std::string_view node);

/// The store of many nodes in one PostgreSQL database. Each node has a ledger of its own; the rest
/// is shared.
///
/// Threads:  any; each call has a connection of its own while it lasts.
class PostgresStore final : public Store {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<PostgresStore>> open(
        const std::string& settings, const std::string& node);

    base::Result<void> commit(const store::Rows& rows) override;

    base::Result<std::optional<core::Exchange>> find_request(std::string_view sender,
                                                             std::string_view jti) override;
    base::Result<std::optional<core::Exchange>> find_exchange(std::string_view id) override;
    base::Result<std::vector<core::Exchange>> list_exchanges(const ExchangeFilter& filter) override;
    base::Result<std::vector<core::Document>> documents(std::string_view exchange) override;
    base::Result<std::optional<std::string>> find_document(std::string_view exchange,
                                                           std::string_view name) override;
    base::Result<std::vector<core::Document>> shared_documents(std::string_view owner) override;
    base::Result<std::optional<Blob>> find_blob(std::string_view exchange, std::string_view kind,
                                                std::uint32_t record) override;

    base::Result<std::vector<Blob>> list_blobs(std::string_view exchange, std::string_view kind,
                                               std::uint32_t after, std::size_t limit) override;

    base::Result<std::string> latest_load(std::string_view series) override;
    base::Result<bool> is_row_held(std::string_view holder, std::uint32_t record) override;
    base::Result<std::vector<LoadRow>> list_load_rows(std::string_view load,
                                                      std::string_view series,
                                                      std::string_view after,
                                                      std::size_t limit) override;

    base::Result<std::vector<OutboxItem>> lease_due(base::Instant now, std::size_t limit,
                                                    std::int64_t lease_microseconds) override;
    base::Result<void> postpone(std::string_view exchange, base::Instant due) override;
    base::Result<void> hold(std::string_view exchange, base::Instant until) override;
    base::Result<std::optional<base::Instant>> next_due() override;
    base::Result<std::size_t> outbox_size() override;

    base::Result<std::optional<std::string>> find_person(std::string_view system,
                                                         std::string_view value) override;
    base::Result<std::vector<Resource>> resources_of(std::string_view person,
                                                     std::string_view type) override;
    base::Result<std::vector<Resource>> versions_of(std::string_view type,
                                                    std::string_view id) override;
    base::Result<std::optional<Resource>> newest_version(std::string_view type,
                                                         std::string_view id) override;

    base::Result<std::vector<LegalHold>> holds_of(std::string_view exchange) override;
    base::Result<std::optional<Erasure>> erasure_of(std::string_view exchange) override;
    base::Result<std::vector<Kept>> list_kept(std::string_view after, std::string_view until,
                                              std::size_t limit) override;
    base::Result<std::uint64_t> ledger_size() override;
    base::Result<std::vector<Leaf>> leaves(std::uint64_t first, std::size_t count) override;
    base::Result<std::string> tile(std::uint32_t level, std::uint64_t index) override;
    std::unique_ptr<LedgerReader> ledger_of(std::string_view node) override;
    base::Result<std::string> latest_checkpoint() override;
    base::Result<void> save_checkpoint(std::uint64_t size, std::string_view note) override;
    base::Result<std::string> checkpoint_covering(std::uint64_t index) override;
    base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(
        std::uint64_t index) override;
    base::Result<void> save_timestamp(const TimestampedCheckpoint& stamped) override;
    base::Result<std::string> cosigned_covering(std::uint64_t index) override;
    base::Result<void> save_cosigned(std::uint64_t size, std::string_view note) override;
    base::Result<std::optional<WitnessedHead>> witnessed(std::string_view witness,
                                                         std::string_view origin) override;
    base::Result<bool> advance_witnessed(std::string_view witness, std::string_view origin,
                                         std::uint64_t from, const WitnessedHead& head) override;

    base::Result<std::vector<core::AuditEvent>> read_audit(const AuditFilter& filter) override;

private:
    class NodeLedger;

    PostgresStore(std::string settings, std::string node, Connection guard);

    /// Runs `work(Connection&)` on a connection of its own.
    template <class Work>
    auto with(Work work) -> std::invoke_result_t<Work&, Connection&>;
    /// The same in a transaction that need not survive a crash of the server: a lease lost has only
    /// run out early.
    template <class Work>
    auto quickly(Work work) -> std::invoke_result_t<Work&, Connection&>;

    [[nodiscard]] base::Result<Connection> take();

    std::string settings_;
    std::string node_;
    Connection guard_;  ///< holds the lock that makes this node the only one of its name
    std::mutex mutex_;
    std::vector<Connection> idle_;
};

}  // namespace gateway::store::postgres
