#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/sqlite/file_lock.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::sqlite {

/// The store in one SQLite file: one connection writes and checkpoints, others only read.
///
/// Threads:  any; writers take turns, readers have a connection each.
class SqliteStore final : public Store {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(const std::string& path);

    /// Says in the file what `version` says (migrate.hpp); survives a power cut.
    [[nodiscard]] base::Result<void> mark(std::int64_t version);

    base::Result<void> commit(const Rows& rows) override;

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
    /// What a transaction must survive: a lease lost in a power cut has only run out early.
    enum class Durable : std::uint8_t { power_cut, crash };

    SqliteStore(std::string path, FileLock lock, Connection writer);

    /// Runs `work(Connection&)` in one transaction of the writer.
    template <class Work>
    auto write(Durable durable, Work work) -> std::invoke_result_t<Work&, Connection&>;
    /// Runs `work(Connection&)` on a reader of its own.
    template <class Work>
    auto read(Work work) -> std::invoke_result_t<Work&, Connection&>;

    [[nodiscard]] base::Result<Connection> take_reader();

    std::string path_;
    FileLock lock_;
    std::mutex write_;
    Connection writer_;
    Durable level_ = Durable::power_cut;
    std::mutex read_;
    std::vector<Connection> readers_;  ///< idle; closed before the writer
};

}  // namespace gateway::store::sqlite
