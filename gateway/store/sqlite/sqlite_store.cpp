#include "gateway/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <utility>

#include "gateway/store/sqlite/audit.hpp"
#include "gateway/store/sqlite/exchanges.hpp"
#include "gateway/store/sqlite/ledger.hpp"
#include "gateway/store/sqlite/loads.hpp"
#include "gateway/store/sqlite/migrate.hpp"
#include "gateway/store/sqlite/outbox.hpp"
#include "gateway/store/sqlite/persons.hpp"
#include "gateway/store/sqlite/retention.hpp"
#include "gateway/store/sqlite/write_rows.hpp"

namespace gateway::store {

base::Result<void> copy_sqlite(const std::string& path, const std::string& to)
{
    auto reader = sqlite::Connection::open(path, sqlite::Connection::Mode::read);
    if (!reader) {
        return base::Failure(reader.error());
    }
    if (auto writable = reader->execute("pragma query_only = off"); !writable) {
        return writable;  // of the copy: this connection was opened to read
    }
    const auto copied = reader->run("vacuum into ?", to);
    return copied ? base::Result<void>{} : base::Failure(copied.error());
}

base::Result<std::unique_ptr<Store>> open_sqlite(const std::string& path)
{
    return sqlite::SqliteStore::open(path);
}

}  // namespace gateway::store

namespace gateway::store::sqlite {
namespace {

constexpr std::size_t kIdleReaders = 4;

}  // namespace

SqliteStore::SqliteStore(std::string path, FileLock lock, Connection writer)
    : path_(std::move(path)), lock_(std::move(lock)), writer_(std::move(writer))
{
}

base::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path)
{
    auto lock = FileLock::take(path);
    if (!lock) {
        return base::Failure(lock.error());
    }
    auto writer = Connection::open(path, Connection::Mode::write);
    if (!writer) {
        return base::Failure(writer.error());
    }
    if (const auto migrated = migrate(*writer); !migrated) {
        return base::Failure(migrated.error());
    }
    return std::unique_ptr<SqliteStore>(
        new SqliteStore(path, *std::move(lock), *std::move(writer)));
}

template <class Work>
auto SqliteStore::write(Durable durable, Work work) -> std::invoke_result_t<Work&, Connection&>
{
    const std::scoped_lock turn(write_);
    if (level_ != durable) {
        const auto set =
            writer_.execute(durable == Durable::power_cut ? "pragma synchronous = full"
                                                          : "pragma synchronous = normal");
        if (!set) {
            return base::Failure(set.error());
        }
        level_ = durable;
    }
    if (const auto begun = writer_.run("begin immediate"); !begun) {
        return base::Failure(begun.error());
    }
    auto done = work(writer_);
    if (done) {
        const auto committed = writer_.run("commit");
        if (committed) {
            return done;
        }
        done = base::Failure(committed.error());
    }
    (void)writer_.run("rollback");  // SQLite has already done it after some failures
    return done;
}

template <class Work>
auto SqliteStore::read(Work work) -> std::invoke_result_t<Work&, Connection&>
{
    auto reader = take_reader();
    if (!reader) {
        return base::Failure(reader.error());
    }
    auto found = work(*reader);
    const std::scoped_lock turn(read_);
    if (readers_.size() < kIdleReaders) {
        readers_.push_back(*std::move(reader));
    }
    return found;
}

base::Result<Connection> SqliteStore::take_reader()
{
    {
        const std::scoped_lock turn(read_);
        if (!readers_.empty()) {
            auto reader = std::move(readers_.back());
            readers_.pop_back();
            return reader;
        }
    }
    return Connection::open(path_, Connection::Mode::read);
}

base::Result<void> SqliteStore::mark(std::int64_t version)
{
    return write(Durable::power_cut, [&](Connection& db) { return set_version(db, version); });
}

base::Result<void> SqliteStore::commit(const Rows& rows)
{
    auto written = write(Durable::power_cut, [&](Connection& db) { return write_rows(db, rows); });
    if (written && !rows.erased.empty()) {
        // What was erased must not stay in the log either; a reader at work leaves it for later.
        const std::scoped_lock turn(write_);
        (void)writer_.execute("pragma wal_checkpoint(truncate)");
    }
    return written;
}

base::Result<std::optional<core::Exchange>> SqliteStore::find_request(std::string_view sender,
                                                                      std::string_view jti)
{
    return read([&](Connection& db) { return sqlite::find_request(db, sender, jti); });
}

base::Result<std::optional<core::Exchange>> SqliteStore::find_exchange(std::string_view id)
{
    return read([&](Connection& db) { return sqlite::find_exchange(db, id); });
}

base::Result<std::vector<core::Exchange>> SqliteStore::list_exchanges(const ExchangeFilter& filter)
{
    return read([&](Connection& db) { return sqlite::list_exchanges(db, filter); });
}

base::Result<std::vector<core::Document>> SqliteStore::documents(std::string_view exchange)
{
    return read([&](Connection& db) { return sqlite::documents(db, exchange); });
}

base::Result<std::optional<std::string>> SqliteStore::find_document(std::string_view exchange,
                                                                    std::string_view name)
{
    return read([&](Connection& db) { return sqlite::find_document(db, exchange, name); });
}

base::Result<std::vector<core::Document>> SqliteStore::shared_documents(std::string_view owner)
{
    return read([&](Connection& db) { return sqlite::shared_documents(db, owner); });
}

base::Result<std::optional<Blob>> SqliteStore::find_blob(std::string_view exchange,
                                                         std::string_view kind,
                                                         std::uint32_t record)
{
    return read([&](Connection& db) { return sqlite::find_blob(db, exchange, kind, record); });
}

base::Result<std::vector<Blob>> SqliteStore::list_blobs(std::string_view exchange,
                                                        std::string_view kind, std::uint32_t after,
                                                        std::size_t limit)
{
    return read(
        [&](Connection& db) { return sqlite::list_blobs(db, exchange, kind, after, limit); });
}

base::Result<std::string> SqliteStore::latest_load(std::string_view series)
{
    return read([&](Connection& db) { return sqlite::latest_load(db, series); });
}

base::Result<bool> SqliteStore::is_row_held(std::string_view holder, std::uint32_t record)
{
    return read([&](Connection& db) { return sqlite::is_row_held(db, holder, record); });
}

base::Result<std::vector<LoadRow>> SqliteStore::list_load_rows(std::string_view load,
                                                               std::string_view series,
                                                               std::string_view after,
                                                               std::size_t limit)
{
    return read(
        [&](Connection& db) { return sqlite::list_load_rows(db, load, series, after, limit); });
}

base::Result<std::vector<OutboxItem>> SqliteStore::lease_due(base::Instant now, std::size_t limit,
                                                             std::int64_t lease_microseconds)
{
    return write(Durable::crash, [&](Connection& db) {
        return sqlite::lease_due(db, now, limit, lease_microseconds);
    });
}

base::Result<void> SqliteStore::postpone(std::string_view exchange, base::Instant due)
{
    return write(Durable::crash,
                 [&](Connection& db) { return sqlite::postpone(db, exchange, due); });
}

base::Result<void> SqliteStore::hold(std::string_view exchange, base::Instant until)
{
    return write(Durable::crash, [&](Connection& db) { return sqlite::hold(db, exchange, until); });
}

base::Result<std::optional<base::Instant>> SqliteStore::next_due()
{
    return read([](Connection& db) { return sqlite::next_due(db); });
}

base::Result<std::size_t> SqliteStore::outbox_size()
{
    return read([](Connection& db) { return sqlite::outbox_size(db); });
}

base::Result<std::optional<std::string>> SqliteStore::find_person(std::string_view system,
                                                                  std::string_view value)
{
    return read([&](Connection& db) { return sqlite::find_person(db, system, value); });
}

base::Result<std::vector<Resource>> SqliteStore::resources_of(std::string_view person,
                                                              std::string_view type)
{
    return read([&](Connection& db) { return sqlite::resources_of(db, person, type); });
}

base::Result<std::vector<Resource>> SqliteStore::versions_of(std::string_view type,
                                                             std::string_view id)
{
    return read([&](Connection& db) { return sqlite::versions_of(db, type, id); });
}

base::Result<std::optional<Resource>> SqliteStore::newest_version(std::string_view type,
                                                                  std::string_view id)
{
    return read([&](Connection& db) { return sqlite::newest_version(db, type, id); });
}

base::Result<std::vector<LegalHold>> SqliteStore::holds_of(std::string_view exchange)
{
    return read([&](Connection& db) { return sqlite::holds_of(db, exchange); });
}

base::Result<std::optional<Erasure>> SqliteStore::erasure_of(std::string_view exchange)
{
    return read([&](Connection& db) { return sqlite::erasure_of(db, exchange); });
}

base::Result<std::vector<Kept>> SqliteStore::list_kept(std::string_view after,
                                                       std::string_view until, std::size_t limit)
{
    return read([&](Connection& db) { return sqlite::list_kept(db, after, until, limit); });
}

base::Result<std::uint64_t> SqliteStore::ledger_size()
{
    return read([](Connection& db) { return sqlite::ledger_size(db); });
}

base::Result<std::vector<Leaf>> SqliteStore::leaves(std::uint64_t first, std::size_t count)
{
    return read([&](Connection& db) { return sqlite::leaves(db, first, count); });
}

base::Result<std::string> SqliteStore::tile(std::uint32_t level, std::uint64_t index)
{
    return read([&](Connection& db) { return sqlite::tile(db, level, index); });
}

std::unique_ptr<LedgerReader> SqliteStore::ledger_of(std::string_view /*node*/)
{
    return nullptr;
}

base::Result<std::string> SqliteStore::latest_checkpoint()
{
    return read([](Connection& db) { return sqlite::latest_checkpoint(db); });
}

base::Result<void> SqliteStore::save_checkpoint(std::uint64_t size, std::string_view note)
{
    return write(Durable::power_cut,
                 [&](Connection& db) { return sqlite::save_checkpoint(db, size, note); });
}

base::Result<std::string> SqliteStore::checkpoint_covering(std::uint64_t index)
{
    return read([&](Connection& db) { return sqlite::checkpoint_covering(db, index); });
}

base::Result<std::optional<TimestampedCheckpoint>> SqliteStore::timestamp_covering(
    std::uint64_t index)
{
    return read([&](Connection& db) { return sqlite::timestamp_covering(db, index); });
}

base::Result<void> SqliteStore::save_timestamp(const TimestampedCheckpoint& stamped)
{
    return write(Durable::power_cut,
                 [&](Connection& db) { return sqlite::save_timestamp(db, stamped); });
}

base::Result<std::string> SqliteStore::cosigned_covering(std::uint64_t index)
{
    return read([&](Connection& db) { return sqlite::cosigned_covering(db, index); });
}

base::Result<void> SqliteStore::save_cosigned(std::uint64_t size, std::string_view note)
{
    return write(Durable::power_cut,
                 [&](Connection& db) { return sqlite::save_cosigned(db, size, note); });
}

base::Result<std::optional<WitnessedHead>> SqliteStore::witnessed(std::string_view witness,
                                                                  std::string_view origin)
{
    return read([&](Connection& db) { return sqlite::witnessed(db, witness, origin); });
}

base::Result<bool> SqliteStore::advance_witnessed(std::string_view witness, std::string_view origin,
                                                  std::uint64_t from, const WitnessedHead& head)
{
    return write(Durable::power_cut, [&](Connection& db) {
        return sqlite::advance_witnessed(db, witness, origin, from, head);
    });
}

base::Result<std::vector<core::AuditEvent>> SqliteStore::read_audit(const AuditFilter& filter)
{
    return read([&](Connection& db) { return sqlite::read_audit(db, filter); });
}

}  // namespace gateway::store::sqlite
