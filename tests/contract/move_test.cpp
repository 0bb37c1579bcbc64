#include "gateway/store/move.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/sqlite/migrate.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/contract/samples.hpp"
#include "tests/support/files.hpp"

using namespace contract;
using base::Errc;
using gateway::store::Move;
using gateway::store::open_postgres;
using gateway::store::open_sqlite;
using gateway::store::Rows;
using gateway::store::Store;
namespace postgres = gateway::store::postgres;
namespace sqlite = gateway::store::sqlite;

namespace {

constexpr base::Instant kThen{1'700'000'000'000'000};
const std::string kBytes("\0\xff\r\n", 4);  // of no character set

/// A SQLite store and the schema of PostgreSQL that it goes to.
struct Place {
    support::TempDir folder;
    std::string path = folder / "puente.db";
    std::string settings = PostgresServer::instance().fresh_schema();

    [[nodiscard]] Move move() const
    {
        return {path, settings, "node", [](Store&) { return base::Result<void>(); },
                [](std::string_view, std::uint64_t) {}};
    }
    [[nodiscard]] std::int64_t version() const
    {
        auto db = sqlite::Connection::open(path, sqlite::Connection::Mode::read).value();
        return sqlite::version_of(db).value();
    }
    void execute(const std::string& sql) const
    {
        auto db = sqlite::Connection::open(path, sqlite::Connection::Mode::write).value();
        REQUIRE(db.execute(sql));
    }
    /// Rows in the tables of the target.
    [[nodiscard]] std::size_t arrived() const
    {
        auto db = postgres::Connection::open(settings).value();
        std::size_t rows = 0;
        for (const auto& table : gateway::store::moved_tables()) {
            const auto count = db.ask("select count(*) from " + std::string(table.table));
            rows += count ? std::stoul(count->text(0, 0)) : 0;
        }
        return rows;
    }
};

/// One of everything a store keeps.
void fill(Store& store)
{
    auto rows = rows_of("e1");
    rows.exchanges.push_back(exchange("e2"));
    rows.exchanges.push_back(exchange("e3"));
    rows.exchanges[2].jti = "";
    rows.leaves = {{0, "leaf " + kBytes}, {1, "another"}};
    rows.tiles = {{0, 0, std::string(64, 'h')}, {1, 0, std::string(32, 'i')}};
    rows.documents = {{"e1", {"receipt.jws", kBytes}}, {"e1", {"outcome.json", "{}"}}};
    rows.shared = {{"agreement/aa", {"agreement.json", "{\"á\":1}"}}};
    rows.blobs = {{"e1", "source", 0, {kBytes, std::string(300'000, '\0')}},
                  {"e2", "fhir", 2, {"key", "bytes"}}};
    rows.persons = {{"person-1", "curp", "hash", kThen}};
    rows.served = {{"e1",
                    0,
                    "person-1",
                    kThen,
                    {{"Patient", "0123-4567.89ab-cdef", 0}, {"Observation", "o-1", 1}}},
                   {"e2", 1, "", kThen, {}}};
    rows.outbox = {item("e1", "partner", "p1", 5), item("e2", "partner", "p1", 3)};
    rows.load_rows = {{"e1", "series", "key", "digest", "e2", 4}};
    rows.latest_loads = {{"series", "e1"}};
    rows.holds = {{"e2", "AMP-1/2026", "Juzgado", "Amparo", kThen, {}}};
    rows.audit = {audit_event("a1")};
    REQUIRE(store.commit(rows));
    Rows erased;
    erased.erased = {{"e3", kThen, "retention"}};
    REQUIRE(store.commit(erased));
    REQUIRE(store.save_checkpoint(2, "note"));
    REQUIRE(store.save_timestamp({2, "note", kBytes}));
    REQUIRE(store.save_cosigned(2, "cosigned note"));
    REQUIRE(store.advance_witnessed("w", "ledger", 0, {7, "root", "note"}).value());
}

/// By value: `for (… : f().value())` would look into what is gone.
template <class T>
T taken(base::Result<T> result)
{
    return std::move(result).value();
}

/// All that the verbs of a store give of it.
std::vector<std::string> everything(Store& store)
{
    std::vector<std::string> all;
    const auto add = [&](const auto&... parts) {
        std::string line;
        ((line.append(parts).append("|")), ...);
        all.push_back(line);
    };
    const auto number = [](auto n) { return std::to_string(n); };
    for (const auto& e : taken(store.list_exchanges({.party = {}, .state = {}, .before = {}}))) {
        add(to_text(e));
        for (const auto& document : taken(store.documents(e.id))) {
            add(document.name, document.bytes);
        }
        for (const std::string kind : {"source", "fhir"}) {
            for (std::uint32_t record = 0; record < 3; ++record) {
                const auto blob = store.find_blob(e.id, kind, record).value();
                add(blob ? blob->sealed.wrapped_key + blob->sealed.bytes : "none");
            }
        }
        for (const auto& hold : taken(store.holds_of(e.id))) {
            add(hold.number, hold.authority, hold.reason, number(hold.placed.microseconds),
                hold.released ? "released" : "stands");
        }
    }
    for (const auto& kept : taken(store.list_kept("", "~", 9))) {
        add(kept.exchange.id, number(kept.last_act.microseconds));
    }
    for (const auto& document : taken(store.shared_documents("agreement/aa"))) {
        add(document.name, document.bytes);
    }
    const auto load = store.latest_load("series").value();
    for (const auto& row : taken(store.list_load_rows(load, "series", "", 9))) {
        add(row.load, row.key, row.digest, row.holder, number(row.record));
    }
    add(store.find_person("curp", "hash").value().value_or("nobody"));
    auto resources = taken(store.resources_of("person-1", ""));
    for (const auto& [type, id] :
         {std::pair("Patient", "0123-4567.89ab-cdef"), std::pair("Observation", "o-1")}) {
        for (const auto& one : taken(store.versions_of(type, id))) {
            resources.push_back(one);
        }
    }
    for (const auto& one : resources) {
        add(one.type, one.id, one.person, one.exchange, number(one.record), number(one.entry),
            number(one.updated.microseconds));
    }
    add(number(store.ledger_size().value()), store.tile(0, 0).value(), store.tile(1, 0).value());
    for (const auto& leaf : taken(store.leaves(0, 9))) {
        add(number(leaf.index), leaf.bytes);
    }
    CHECK(store.cosigned_covering(0).value() == "cosigned note");
    CHECK(store.witnessed("w", "ledger").value()->root == "root");
    const auto stamped = store.timestamp_covering(0).value();
    add(store.latest_checkpoint().value(), stamped ? stamped->note + stamped->token : "none");
    for (const auto& event : taken(store.read_audit({}))) {
        add(event.id, event.agent, event.justification, event.decision);
    }
    add(number(store.outbox_size().value()), number(store.next_due().value()->microseconds));
    return all;
}

std::set<std::string> words(std::string_view joined)
{
    std::set<std::string> all;
    while (!joined.empty()) {
        const auto word = joined.substr(0, joined.find(", "));
        all.emplace(word);
        joined.remove_prefix(std::min(word.size() + 2, joined.size()));
    }
    return all;
}

using Tables = std::map<std::string, std::set<std::string>>;

/// Tables and their columns, but those of SQLite's own machinery.
Tables of_sqlite(const std::string& path)
{
    auto db = sqlite::Connection::open(path, sqlite::Connection::Mode::read).value();
    Tables tables;
    const auto read = [&](const sqlite::Statement& row) {
        tables[row.text(0)].insert(row.text(1));
        return base::Result<void>();
    };
    REQUIRE(
        db.each("select t.name, c.name from pragma_table_list t, pragma_table_info(t.name) c"
                " where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite_%'",
                read));
    return tables;
}

Tables of_postgres(const std::string& settings)
{
    auto db = postgres::Connection::open(settings).value();
    const auto rows = db.ask(
                            "select table_name, column_name from information_schema.columns"
                            " where table_schema = current_schema()")
                          .value();
    Tables tables;
    for (int i = 0; i < rows.size(); ++i) {
        tables[rows.text(i, 0)].insert(rows.text(i, 1));
    }
    tables.erase("schema_version");
    return tables;
}

}  // namespace

TEST_CASE("every table and column of both engines is moved", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    REQUIRE(open_sqlite(place.path));
    REQUIRE(open_postgres(place.settings, "node"));

    Tables moved;
    for (const auto& table : gateway::store::moved_tables()) {
        moved[std::string(table.table)] = words(table.columns);
    }

    CHECK(moved == of_postgres(place.settings));
    // What SQLite has otherwise: its short key of an exchange, one ledger, an index of its own.
    for (auto& [name, columns] : moved) {
        columns.erase("node");
        columns.erase("keys");
    }
    moved["exchange"].insert("n");
    moved["served_record"].insert("n");
    moved["document"].erase("seq");
    CHECK(moved == of_sqlite(place.path));
}

TEST_CASE("a store that moved holds all it held, and goes on from there", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    std::vector<std::string> before;
    {
        const auto source = open_sqlite(place.path).value();
        fill(*source);
        before = everything(*source);
    }

    CHECK(move_to_postgres(place.move()).value() == place.arrived());

    const auto target = open_postgres(place.settings, "node").value();
    CHECK(everything(*target) == before);
    const auto leased = target->lease_due(kThen, 9, 1'000'000).value();
    REQUIRE(leased.size() == 1);  // the earlier of the two about one person
    CHECK(leased[0].exchange == "e1");
    CHECK(target->lease_due(kThen, 9, 1'000'000).value().empty());
    auto rows = rows_of("e4");
    rows.leaves = {{2, "the next"}};
    rows.documents = {{"e1", {"delivery.jws", "later"}}};
    rows.outbox_done = {"e1"};
    rows.outbox = {item("e4", "partner", "p1")};
    REQUIRE(target->commit(rows));
    CHECK(target->documents("e1").value().back().name == "delivery.jws");
    CHECK(target->lease_due(kThen, 9, 1'000'000).value().at(0).exchange == "e2");
}

TEST_CASE("a store that was moved is opened no more, nor moved again", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    fill(*open_sqlite(place.path).value());
    REQUIRE(move_to_postgres(place.move()));
    auto elsewhere = place.move();
    elsewhere.settings = PostgresServer::instance().fresh_schema();

    for (const auto& refused : {open_sqlite(place.path).map([](const auto&) {}),
                                move_to_postgres(elsewhere).map([](auto) {})}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::ledger_inconsistent);
        CHECK(refused.error().where == "store, moved to PostgreSQL");
    }
}

TEST_CASE("a move is refused before anything is changed", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    fill(*open_sqlite(place.path).value());
    const auto version = place.version();
    auto move = place.move();
    const auto refused_as = [&](Errc code) {
        const auto refused = move_to_postgres(move);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == code);
    };

    SECTION("of a store that a gateway works on")
    {
        const auto gateway = open_sqlite(place.path).value();
        refused_as(Errc::store_failed);
    }
    SECTION("to a database where another program runs this node")
    {
        const auto gateway = open_postgres(place.settings, "node").value();
        refused_as(Errc::store_failed);
    }
    SECTION("of a store with faults")
    {
        move.check = [](Store&) -> base::Result<void> {
            return base::fail(Errc::ledger_inconsistent, "store", {"", ""});
        };
        refused_as(Errc::ledger_inconsistent);
    }
    SECTION("of a store of another schema")
    {
        place.execute("pragma user_version = 3");
        refused_as(Errc::wrong_usage);
        place.execute("pragma user_version = " + std::to_string(version));
    }
    SECTION("of a store that is not there")
    {
        move.path += ".other";
        refused_as(Errc::store_failed);
        CHECK_FALSE(std::filesystem::exists(move.path));
    }
    CHECK(place.arrived() == 0);
    CHECK(place.version() == version);
    CHECK(open_sqlite(place.path));
}

TEST_CASE("a move goes to an empty database only", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    fill(*open_sqlite(place.path).value());
    Rows rows;
    rows.shared = {{"of another node", {"certificate.pem", ""}}};
    REQUIRE(open_postgres(place.settings, "other").value()->commit(rows));

    const auto refused = move_to_postgres(place.move());

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::wrong_usage);
    CHECK(place.arrived() == 1);
    CHECK(open_sqlite(place.path));
}

TEST_CASE("a move whose server fails leaves nothing behind, and can be made again", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Place place;
    fill(*open_sqlite(place.path).value());
    place.execute(
        "with recursive n (i) as (select 2 union all select i + 1 from n where i < 250000)"
        " insert into leaf select i, x'6c' from n");
    auto admin = postgres::Connection::open(place.settings).value();
    auto move = place.move();
    std::uint64_t most = 0;
    move.seen = [&](std::string_view table, std::uint64_t rows) {
        most = std::max(most, rows);
        if (table == "leaf" && rows == 150'000) {
            REQUIRE(
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                              " where pid <> pg_backend_pid() and usename = current_user"));
        }
    };

    const auto cut = move_to_postgres(move);

    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Errc::store_failed);
    CHECK(most >= 150'000);
    CHECK(place.arrived() == 0);
    CHECK(open_sqlite(place.path));
    CHECK(move_to_postgres(place.move()).value() == place.arrived());
    CHECK(open_postgres(place.settings, "node").value()->ledger_size().value() == 250'001);
}

TEST_CASE("a move that was cut off at its commit is brought to its end by the same move", "[move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const bool committed = GENERATE(true, false);
    CAPTURE(committed);
    const Place place;
    fill(*open_sqlite(place.path).value());
    const auto version = place.version();
    if (committed) {
        REQUIRE(move_to_postgres(place.move()));
    }
    place.execute("pragma user_version = " + std::to_string(-version));

    const auto refused = open_sqlite(place.path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::ledger_inconsistent);
    REQUIRE(move_to_postgres(place.move()));

    CHECK(place.version() == sqlite::kMoved);
    CHECK(open_postgres(place.settings, "node").value()->ledger_size().value() == 2);
}
