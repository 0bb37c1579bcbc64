#include "gateway/store/postgres/postgres_store.hpp"

#include <utility>

#include "gateway/store/postgres/audit.hpp"
#include "gateway/store/postgres/exchanges.hpp"
#include "gateway/store/postgres/ledger.hpp"
#include "gateway/store/postgres/loads.hpp"
#include "gateway/store/postgres/migrate.hpp"
#include "gateway/store/postgres/outbox.hpp"
#include "gateway/store/postgres/persons.hpp"
#include "gateway/store/postgres/retention.hpp"
#include "gateway/store/postgres/transaction.hpp"

namespace gateway::store {

base::Result<std::unique_ptr<Store>> open_postgres(const std::string& settings,
                                                   const std::string& node)
{
    return postgres::PostgresStore::open(settings, node);
}

}  // namespace gateway::store

namespace gateway::store::postgres {
namespace {

constexpr std::size_t kIdle = 8;
constexpr int kAttempts = 3;

std::string read_text(const Row& row)
{
    return row.text(0);
}

}  // namespace

base::Result<void> take_node(Connection& database, std::string_view node)
{
    const auto taken = database.first(
        "select pg_try_advisory_lock(hashtextextended(current_schema() || 'puente node ' ||"
        " $1::text, 0))::text",
        read_text, node);
    if (!taken) {
        return base::Failure(taken.error());
    }
    if (*taken != "true") {
        return base::fail(
            base::Errc::store_failed, "store, node " + std::string(node),
            {"un nodo que ningún otro programa lleve", "a node that no other program runs"});
    }
    return {};
}

PostgresStore::PostgresStore(std::string settings, std::string node, Connection guard)
    : settings_(std::move(settings)), node_(std::move(node)), guard_(std::move(guard))
{
}

base::Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& settings,
                                                                 const std::string& node)
{
    auto guard = Connection::open(settings);
    if (!guard) {
        return base::Failure(guard.error());
    }
    if (const auto migrated = migrate(*guard); !migrated) {
        return base::Failure(migrated.error());
    }
    if (const auto taken = take_node(*guard, node); !taken) {
        return base::Failure(taken.error());
    }
    return std::unique_ptr<PostgresStore>(new PostgresStore(settings, node, *std::move(guard)));
}

template <class Work>
auto PostgresStore::with(Work work) -> std::invoke_result_t<Work&, Connection&>
{
    auto connection = take();
    if (!connection) {
        return base::Failure(connection.error());
    }
    auto done = work(*connection);
    const std::scoped_lock turn(mutex_);
    if (idle_.size() < kIdle && !connection->lost()) {
        idle_.push_back(*std::move(connection));
    }
    return done;
}

template <class Work>
auto PostgresStore::quickly(Work work) -> std::invoke_result_t<Work&, Connection&>
{
    return with([&](Connection& db) -> std::invoke_result_t<Work&, Connection&> {
        if (const auto begun = db.execute("begin; set local synchronous_commit = off"); !begun) {
            return base::Failure(begun.error());
        }
        auto done = work(db);
        if (const auto ended = db.execute(done ? "commit" : "rollback"); done && !ended) {
            return base::Failure(ended.error());
        }
        return done;
    });
}

base::Result<Connection> PostgresStore::take()
{
    {
        const std::scoped_lock turn(mutex_);
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    auto connection = Connection::open(settings_);
    if (!connection) {
        return connection;
    }
    if (const auto set = connection->execute("set synchronous_commit = on"); !set) {
        return base::Failure(set.error());
    }
    return connection;
}

base::Result<void> PostgresStore::commit(const store::Rows& rows)
{
    return with([&](Connection& db) -> base::Result<void> {
        for (int attempt = 1;; ++attempt) {
            const auto fault = try_commit(db, node_, rows);
            if (!fault) {
                return {};
            }
            if (!fault->again || attempt == kAttempts) {
                return base::Failure(fault->error);
            }
        }
    });
}

base::Result<std::optional<core::Exchange>> PostgresStore::find_request(std::string_view sender,
                                                                        std::string_view jti)
{
    return with([&](Connection& db) { return postgres::find_request(db, sender, jti); });
}

base::Result<std::optional<core::Exchange>> PostgresStore::find_exchange(std::string_view id)
{
    return with([&](Connection& db) { return postgres::find_exchange(db, id); });
}

base::Result<std::vector<core::Exchange>> PostgresStore::list_exchanges(
    const ExchangeFilter& filter)
{
    return with([&](Connection& db) { return postgres::list_exchanges(db, filter); });
}

base::Result<std::optional<std::string>> PostgresStore::find_document(std::string_view exchange,
                                                                      std::string_view name)
{
    return with([&](Connection& db) { return postgres::find_document(db, exchange, name); });
}

base::Result<std::vector<core::Document>> PostgresStore::shared_documents(std::string_view owner)
{
    return with([&](Connection& db) { return postgres::shared_documents(db, owner); });
}

base::Result<std::vector<core::Document>> PostgresStore::documents(std::string_view exchange)
{
    return with([&](Connection& db) { return postgres::documents(db, exchange); });
}

base::Result<std::optional<Blob>> PostgresStore::find_blob(std::string_view exchange,
                                                           std::string_view kind,
                                                           std::uint32_t record)
{
    return with([&](Connection& db) { return postgres::find_blob(db, exchange, kind, record); });
}

base::Result<std::vector<Blob>> PostgresStore::list_blobs(std::string_view exchange,
                                                          std::string_view kind,
                                                          std::uint32_t after, std::size_t limit)
{
    return with(
        [&](Connection& db) { return postgres::list_blobs(db, exchange, kind, after, limit); });
}

base::Result<std::string> PostgresStore::latest_load(std::string_view series)
{
    return with([&](Connection& db) { return postgres::latest_load(db, series); });
}

base::Result<bool> PostgresStore::is_row_held(std::string_view holder, std::uint32_t record)
{
    return with([&](Connection& db) { return postgres::is_row_held(db, holder, record); });
}

base::Result<std::vector<LoadRow>> PostgresStore::list_load_rows(std::string_view load,
                                                                 std::string_view series,
                                                                 std::string_view after,
                                                                 std::size_t limit)
{
    return with(
        [&](Connection& db) { return postgres::list_load_rows(db, load, series, after, limit); });
}

base::Result<std::vector<OutboxItem>> PostgresStore::lease_due(base::Instant now, std::size_t limit,
                                                               std::int64_t lease_microseconds)
{
    return quickly(
        [&](Connection& db) { return postgres::lease_due(db, now, limit, lease_microseconds); });
}

base::Result<void> PostgresStore::postpone(std::string_view exchange, base::Instant due)
{
    return quickly([&](Connection& db) { return postgres::postpone(db, exchange, due); });
}

base::Result<void> PostgresStore::hold(std::string_view exchange, base::Instant until)
{
    return quickly([&](Connection& db) { return postgres::hold(db, exchange, until); });
}

base::Result<std::optional<base::Instant>> PostgresStore::next_due()
{
    return with([](Connection& db) { return postgres::next_due(db); });
}

base::Result<std::size_t> PostgresStore::outbox_size()
{
    return with([](Connection& db) { return postgres::outbox_size(db); });
}

base::Result<std::optional<std::string>> PostgresStore::find_person(std::string_view system,
                                                                    std::string_view value)
{
    return with([&](Connection& db) { return postgres::find_person(db, system, value); });
}

base::Result<std::vector<Resource>> PostgresStore::resources_of(std::string_view person,
                                                                std::string_view type)
{
    return with([&](Connection& db) { return postgres::resources_of(db, person, type); });
}

base::Result<std::vector<Resource>> PostgresStore::versions_of(std::string_view type,
                                                               std::string_view id)
{
    return with([&](Connection& db) { return postgres::versions_of(db, type, id); });
}

base::Result<std::optional<Resource>> PostgresStore::newest_version(std::string_view type,
                                                                    std::string_view id)
{
    return with([&](Connection& db) { return postgres::newest_version(db, type, id); });
}

base::Result<std::vector<LegalHold>> PostgresStore::holds_of(std::string_view exchange)
{
    return with([&](Connection& db) { return postgres::holds_of(db, exchange); });
}

base::Result<std::optional<Erasure>> PostgresStore::erasure_of(std::string_view exchange)
{
    return with([&](Connection& db) { return postgres::erasure_of(db, exchange); });
}

base::Result<std::vector<Kept>> PostgresStore::list_kept(std::string_view after,
                                                         std::string_view until, std::size_t limit)
{
    return with([&](Connection& db) { return postgres::list_kept(db, after, until, limit); });
}

base::Result<std::uint64_t> PostgresStore::ledger_size()
{
    return with([&](Connection& db) { return postgres::ledger_size(db, node_); });
}

base::Result<std::vector<Leaf>> PostgresStore::leaves(std::uint64_t first, std::size_t count)
{
    return with([&](Connection& db) { return postgres::leaves(db, node_, first, count); });
}

base::Result<std::string> PostgresStore::tile(std::uint32_t level, std::uint64_t index)
{
    return with([&](Connection& db) { return postgres::tile(db, node_, level, index); });
}

class PostgresStore::NodeLedger final : public LedgerReader {
public:
    NodeLedger(PostgresStore& store, std::string_view node) : store_(store), node_(node) {}

    base::Result<std::vector<Leaf>> leaves(std::uint64_t first, std::size_t count) override
    {
        return store_.with(
            [&](Connection& db) { return postgres::leaves(db, node_, first, count); });
    }
    base::Result<std::string> tile(std::uint32_t level, std::uint64_t index) override
    {
        return store_.with([&](Connection& db) { return postgres::tile(db, node_, level, index); });
    }
    base::Result<std::string> checkpoint_covering(std::uint64_t index) override
    {
        return store_.with(
            [&](Connection& db) { return postgres::checkpoint_covering(db, node_, index); });
    }
    base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(
        std::uint64_t index) override
    {
        return store_.with(
            [&](Connection& db) { return postgres::timestamp_covering(db, node_, index); });
    }
    base::Result<std::string> cosigned_covering(std::uint64_t index) override
    {
        return store_.with(
            [&](Connection& db) { return postgres::cosigned_covering(db, node_, index); });
    }

private:
    PostgresStore& store_;
    std::string node_;
};

std::unique_ptr<LedgerReader> PostgresStore::ledger_of(std::string_view node)
{
    return std::make_unique<NodeLedger>(*this, node);
}

base::Result<std::string> PostgresStore::latest_checkpoint()
{
    return with([&](Connection& db) { return postgres::latest_checkpoint(db, node_); });
}

base::Result<void> PostgresStore::save_checkpoint(std::uint64_t size, std::string_view note)
{
    return with([&](Connection& db) { return postgres::save_checkpoint(db, node_, size, note); });
}

base::Result<std::string> PostgresStore::checkpoint_covering(std::uint64_t index)
{
    return with([&](Connection& db) { return postgres::checkpoint_covering(db, node_, index); });
}

base::Result<std::optional<TimestampedCheckpoint>> PostgresStore::timestamp_covering(
    std::uint64_t index)
{
    return with([&](Connection& db) { return postgres::timestamp_covering(db, node_, index); });
}

base::Result<void> PostgresStore::save_timestamp(const TimestampedCheckpoint& stamped)
{
    return with([&](Connection& db) { return postgres::save_timestamp(db, node_, stamped); });
}

base::Result<std::string> PostgresStore::cosigned_covering(std::uint64_t index)
{
    return with([&](Connection& db) { return postgres::cosigned_covering(db, node_, index); });
}

base::Result<void> PostgresStore::save_cosigned(std::uint64_t size, std::string_view note)
{
    return with([&](Connection& db) { return postgres::save_cosigned(db, node_, size, note); });
}

base::Result<std::optional<WitnessedHead>> PostgresStore::witnessed(std::string_view witness,
                                                                    std::string_view origin)
{
    return with([&](Connection& db) { return postgres::witnessed(db, witness, origin); });
}

base::Result<bool> PostgresStore::advance_witnessed(std::string_view witness,
                                                    std::string_view origin, std::uint64_t from,
                                                    const WitnessedHead& head)
{
    return with([&](Connection& db) {
        return postgres::advance_witnessed(db, witness, origin, from, head);
    });
}

base::Result<std::vector<core::AuditEvent>> PostgresStore::read_audit(const AuditFilter& filter)
{
    return with([&](Connection& db) { return postgres::read_audit(db, filter); });
}

}  // namespace gateway::store::postgres
