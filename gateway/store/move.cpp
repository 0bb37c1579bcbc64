#include "gateway/store/move.hpp"

#include <optional>

#include "gateway/store/postgres/copy.hpp"
#include "gateway/store/postgres/ledger.hpp"
#include "gateway/store/postgres/migrate.hpp"
#include "gateway/store/postgres/postgres_store.hpp"
#include "gateway/store/served.hpp"
#include "gateway/store/sqlite/ledger.hpp"
#include "gateway/store/sqlite/migrate.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

namespace gateway::store {
namespace {

constexpr std::string_view kExchange =
    "id, sender, jti, receiver, agreement, agreement_digest, purpose, media_type, profile, state,"
    " code, received, in_digest, out_digest, request_key, ledger_index, strength, records, refused,"
    " ledger";
constexpr std::string_view kAudit =
    "id, kind, at, agent, address, purpose, justification, agreement, exchange, person, outcome,"
    " entity, decision";

// Exchanges first: the others point to them. A row without its exchange is refused (null), not
// dropped: left joins.
constexpr MovedTable kTables[] = {
    // clang-format off
    {"exchange",        kExchange, kExchange, "exchange order by n"},
    {"document",        "seq, exchange, name, bytes",
                        "d.rowid, e.id, d.name, d.bytes",
                        "document d left join exchange e on e.n = d.exchange order by d.rowid"},
    {"shared_document", "owner, name, bytes", "owner, name, bytes", "shared_document"},
    {"blob",            "exchange, kind, record, wrapped_key, bytes",
                        "e.id, b.kind, b.record, b.wrapped_key, b.bytes",
                        "blob b left join exchange e on e.n = b.exchange order by b.rowid"},
    {"outbox",          "seq, exchange, partner, person, attempts, due, leased_until, ready, head",
                        "o.seq, e.id, o.partner, o.person, o.attempts, o.due, o.leased_until, o.ready,"
                        " case o.head when 0 then x'00' else x'01' end",
                        "outbox o left join exchange e on e.n = o.exchange order by o.seq"},
    {"person_link",     "system, value, person, since", "system, value, person, since", "person_link"},
    {"served_record",   "exchange, record, person, updated, resources, keys",
                        "e.id, r.record, r.person, r.updated, r.resources",
                        "served_record r left join exchange e on e.n = r.exchange order by r.n"},
    {"leaf",            "node, place, bytes", "?1, place, bytes", "leaf"},
    {"tile",            "node, level, place, hashes", "?1, level, place, hashes", "tile"},
    {"checkpoint",      "node, size, note", "?1, size, note", "checkpoint"},
    {"timestamp_token", "node, size, note, token", "?1, size, note, token", "timestamp_token"},
    {"cosigned_checkpoint", "node, size, note", "?1, size, note", "cosigned_checkpoint"},
    {"witnessed_ledger", "witness, origin, size, root, note", "witness, origin, size, root, note", "witnessed_ledger"},
    {"audit",           kAudit, kAudit, "audit"},
    {"load_row",        "load, series, key, digest, holder, record",
                        "e.id, r.series, r.key, r.digest, h.id, r.record",
                        "load_row r left join exchange e on e.n = r.load left join exchange h on h.n = r.holder"},
    {"latest_load",     "series, load", "l.series, e.id",
                        "latest_load l left join exchange e on e.n = l.load"},
    {"legal_hold",      "exchange, number, authority, reason, placed, released",
                        "e.id, h.number, h.authority, h.reason, h.placed, h.released",
                        "legal_hold h left join exchange e on e.n = h.exchange"},
    {"erasure",         "exchange, at, ground", "e.id, x.at, x.ground",
                        "erasure x left join exchange e on e.n = x.exchange"},
    // clang-format on
};

/// The numbers that PostgreSQL gives go on after those that were brought.
constexpr const char* kSequences =
    "select setval(pg_get_serial_sequence('document', 'seq'), max(seq)) from document;"
    "select setval(pg_get_serial_sequence('outbox', 'seq'), max(seq)) from outbox";

std::string all_tables()
{
    std::string names;
    for (const auto& table : kTables) {
        names.append(names.empty() ? "" : ", ").append(table.table);
    }
    return names;
}

base::Result<bool> is_empty(postgres::Connection& target)
{
    std::string sql = "select 'row' where false";
    for (const auto& table : kTables) {
        sql.append(" or exists (select 1 from ").append(table.table).append(")");
    }
    const auto any = target.ask(sql);
    return any ? base::Result<bool>(any->size() == 0) : base::Failure(any.error());
}

base::Result<void> refuse_unless_empty(postgres::Connection& target)
{
    const auto empty = is_empty(target);
    if (!empty) {
        return base::Failure(empty.error());
    }
    return *empty ? base::Result<void>()
                  : base::fail(base::Errc::wrong_usage, "store",
                               {"una base de datos vacía", "an empty database"});
}

base::Result<std::int64_t> version_of(const std::string& path)
{
    auto reader = sqlite::Connection::open(path, sqlite::Connection::Mode::read);
    return reader ? sqlite::version_of(*reader) : base::Failure(reader.error());
}

/// Of a file that no program has open.
base::Result<void> mark(const std::string& path, std::int64_t version)
{
    const auto lock = sqlite::FileLock::take(path);
    if (!lock) {
        return base::Failure(lock.error());
    }
    auto writer = sqlite::Connection::open(path, sqlite::Connection::Mode::write);
    return writer ? sqlite::set_version(*writer, version) : base::Failure(writer.error());
}

base::Result<void> of_this_version(std::int64_t version)
{
    const auto newest = sqlite::newest_version();
    if (version == sqlite::kMoved) {
        return base::fail(
            base::Errc::ledger_inconsistent, "store, moved to PostgreSQL",
            {"un almacén que no se haya mudado", "a store that was not moved before"});
    }
    if (version != newest && version != -newest) {
        return base::fail(base::Errc::wrong_usage,
                          "store, schema version " + std::to_string(version),
                          {"la versión " + std::to_string(newest) + ", la de este programa",
                           "version " + std::to_string(newest) + ", this program's"});
    }
    return {};
}

/// Whether the ledger that was copied from the file, before the move was cut off, is there.
base::Result<bool> arrived(const Move& move, postgres::Connection& target)
{
    auto source = sqlite::Connection::open(move.path, sqlite::Connection::Mode::read);
    if (!source) {
        return base::Failure(source.error());
    }
    const auto size = sqlite::ledger_size(*source);
    if (!size || *size == 0) {
        return size ? base::Result<bool>(false) : base::Failure(size.error());
    }
    const auto here = sqlite::leaves(*source, *size - 1, 1);
    const auto there = postgres::leaves(target, move.node, *size - 1, 1);
    if (!here || !there) {
        return base::Failure(here ? there.error() : here.error());
    }
    return !there->empty() && there->front().index == *size - 1 &&
           there->front().bytes == here->front().bytes;
}

base::Result<std::uint64_t> copy_table(const Move& move, const MovedTable& table,
                                       sqlite::Connection& source, postgres::Connection& target)
{
    constexpr std::uint64_t kEvery = 1000;
    const bool keys = table.columns.ends_with(", keys");
    postgres::CopyRows copy(target, table.table, table.columns);
    std::uint64_t rows = 0;
    const auto visit = [&](const sqlite::Statement& row) -> base::Result<void> {
        const int columns = row.columns();
        if (auto begun = copy.row(static_cast<std::int16_t>(columns + (keys ? 1 : 0))); !begun) {
            return begun;
        }
        for (int i = 0; i < columns; ++i) {
            if (row.null(i)) {
                copy.add_null();
            } else if (row.is_integer(i)) {
                copy.add(row.integer(i));
            } else {
                copy.add(row.view(i));
            }
        }
        if (keys) {
            copy.add_words(keys_of(row.view(columns - 1)));
        }
        if (++rows % kEvery == 0) {
            move.seen(table.table, rows);
        }
        return {};
    };
    const auto sql = "select " + std::string(table.select) + " from " + std::string(table.from);
    const auto read = table.select.starts_with("?1") ? source.each(sql, visit, move.node)
                                                     : source.each(sql, visit);
    return read ? copy.end() : base::Failure(read.error());
}

/// Into a transaction that is open. Other nodes that start meanwhile wait for its end.
base::Result<std::uint64_t> copy_tables(const Move& move, postgres::Connection& target)
{
    auto source = sqlite::Connection::open(move.path, sqlite::Connection::Mode::read);
    if (!source) {
        return base::Failure(source.error());
    }
    auto ready = target.execute("lock table " + all_tables() + " in exclusive mode").and_then([&] {
        return refuse_unless_empty(target);
    });
    std::uint64_t rows = 0;
    for (const auto& table : kTables) {
        if (!ready) {
            return base::Failure(ready.error());
        }
        const auto copied = copy_table(move, table, *source, target);
        if (!copied) {
            return base::Failure(copied.error());
        }
        rows += *copied;
    }
    ready = target.execute(kSequences);
    return ready ? base::Result<std::uint64_t>(rows) : base::Failure(ready.error());
}

/// Marked before the commit and after it: between the two no gateway starts on either.
base::Result<void> hand_over(sqlite::SqliteStore& source, postgres::Connection& target)
{
    if (auto marked = source.mark(-sqlite::newest_version()); !marked) {
        return marked;
    }
    if (auto committed = target.execute("commit"); !committed) {
        if (!target.lost()) {
            (void)source.mark(sqlite::newest_version());
        }  // else it may have committed: the next run sees
        return committed;
    }
    (void)target.execute("analyze " + all_tables());  // the server does it later by itself
    return source.mark(sqlite::kMoved);
}

}  // namespace

std::span<const MovedTable> moved_tables() noexcept
{
    return kTables;
}

base::Result<std::uint64_t> move_to_postgres(const Move& move)
{
    const auto version = version_of(move.path);
    if (const auto known = version.and_then(of_this_version); !known) {
        return base::Failure(known.error());
    }
    auto target = postgres::Connection::open(move.settings);
    if (!target) {
        return base::Failure(target.error());
    }
    const auto ready = postgres::migrate(*target).and_then(
        [&] { return postgres::take_node(*target, move.node); });
    if (!ready) {
        return base::Failure(ready.error());
    }
    if (*version < 0) {  // cut off between the marks: committed, or not
        const auto there = arrived(move, *target);
        if (!there) {
            return base::Failure(there.error());
        }
        if (*there) {
            return mark(move.path, sqlite::kMoved).map([] { return std::uint64_t{0}; });
        }
    }
    const auto free = refuse_unless_empty(*target).and_then(
        [&] { return *version < 0 ? mark(move.path, -*version) : base::Result<void>(); });
    if (!free) {
        return base::Failure(free.error());
    }
    const auto source = sqlite::SqliteStore::open(move.path);
    if (!source) {
        return base::Failure(source.error());
    }
    auto begun = move.check(**source).and_then([&] { return target->execute("begin"); });
    if (!begun) {
        return base::Failure(begun.error());
    }
    auto rows = copy_tables(move, *target);
    if (rows) {
        begun = hand_over(**source, *target);
    }
    // What was not committed goes with the connection.
    return begun ? std::move(rows) : base::Failure(begun.error());
}

}  // namespace gateway::store
