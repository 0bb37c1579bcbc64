#include <algorithm>
#include <atomic>
#include <barrier>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <thread>

#include "gateway/store/postgres/connection.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;
using base::Errc;
using gateway::store::open_postgres;
using gateway::store::Rows;

namespace {

/// Two nodes on one database.
struct Nodes {
    std::string settings = PostgresServer::instance().fresh_schema();
    std::unique_ptr<gateway::store::Store> a = open_postgres(settings, "a").value();
    std::unique_ptr<gateway::store::Store> b = open_postgres(settings, "b").value();
};

}  // namespace

TEST_CASE("each node keeps a ledger of its own, and all see every exchange", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Nodes nodes;
    auto rows = rows_of("e1");
    rows.leaves = {{0, "of a"}};
    REQUIRE(nodes.a->commit(rows));
    rows = rows_of("e2");
    rows.leaves = {{0, "of b"}};
    REQUIRE(nodes.b->commit(rows));

    CHECK(nodes.a->leaves(0, 9).value().at(0).bytes == "of a");
    CHECK(nodes.b->leaves(0, 9).value().at(0).bytes == "of b");
    CHECK(nodes.a->list_exchanges({}).value().size() == 2);
    auto repeat = rows_of("e3");
    repeat.exchanges[0].jti = "jti of e1";
    const auto refused = nodes.b->commit(repeat);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::replayed);
}

TEST_CASE("a node runs once", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    Nodes nodes;

    const auto second = open_postgres(nodes.settings, "a");

    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::store_failed);
    nodes.a.reset();
    CHECK(open_postgres(nodes.settings, "a"));
}

TEST_CASE("a node goes on by itself after the server dropped its connections", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const Nodes nodes;
    REQUIRE(nodes.a->commit(rows_of("e1")));
    auto admin = gateway::store::postgres::Connection::open(nodes.settings).value();
    REQUIRE(
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                      " where pid <> pg_backend_pid() and usename = current_user"));

    CHECK(nodes.a->commit(rows_of("e2")));

    CHECK(nodes.a->list_exchanges({}).value().size() == 2);
}

TEST_CASE("two nodes that add, lease and finish at once keep order and lose nothing", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    constexpr int kItems = 60;
    constexpr int kPersons = 3;
    Nodes nodes;
    std::mutex mutex;
    std::map<std::string, std::vector<int>> added;      // by person, in the order of commits
    std::map<std::string, std::vector<int>> delivered;  // by person
    std::atomic<int> left = 2 * kItems;
    std::atomic<bool> failed = false;

    const auto add = [&](gateway::store::Store& store, int first) {
        for (int i = first; i < first + kItems; ++i) {
            const auto person = "p" + std::to_string(i % kPersons);
            auto rows = rows_of("e" + std::to_string(i));
            rows.outbox = {item("e" + std::to_string(i), "partner", person)};
            failed = failed || !store.commit(rows);
            const std::scoped_lock lock(mutex);
            added[person].push_back(i);
        }
    };
    const auto deliver = [&](gateway::store::Store& store) {
        for (int i = 0; left > 0 && i < 20'000; ++i) {
            const auto leased = store.lease_due({1}, 4, 1'000'000'000).value();
            for (const auto& one : leased) {
                {
                    const std::scoped_lock lock(mutex);
                    delivered[one.person].push_back(std::stoi(one.exchange.substr(1)));
                }
                Rows rows;
                rows.outbox_done = {one.exchange};
                failed = failed || !store.commit(rows);
                --left;
            }
        }
    };
    std::vector<std::thread> threads;
    threads.emplace_back(add, std::ref(*nodes.a), 0);
    threads.emplace_back(add, std::ref(*nodes.b), 1000);
    threads.emplace_back(deliver, std::ref(*nodes.a));
    threads.emplace_back(deliver, std::ref(*nodes.b));
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK_FALSE(failed);
    CHECK(left == 0);
    CHECK(nodes.a->outbox_size().value() == 0);
    for (auto& [person, order] : delivered) {
        CAPTURE(person);
        std::vector<int> of_a;
        std::vector<int> of_b;
        for (const auto number : order) {
            (number < 1000 ? of_a : of_b).push_back(number);
        }
        CHECK(std::is_sorted(of_a.begin(), of_a.end()));  // each node's own order is kept
        CHECK(std::is_sorted(of_b.begin(), of_b.end()));
        CHECK(std::adjacent_find(of_a.begin(), of_a.end()) == of_a.end());  // nothing twice
        CHECK(std::adjacent_find(of_b.begin(), of_b.end()) == of_b.end());
        CHECK(order.size() == added[person].size());
    }
}

TEST_CASE("of a legal hold and an erasure that two nodes commit at once, one is refused",
          "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    constexpr int kRaces = 100;
    const Nodes nodes;
    const auto later = [](int steps) {
        std::this_thread::sleep_for(std::chrono::microseconds(steps * 25));
    };
    int held = 0;
    for (int i = 0; i < kRaces; ++i) {
        const auto id = "e" + std::to_string(i);
        CAPTURE(id);
        auto rows = rows_of(id);
        rows.blobs = {{id, "fhir", 0, {"key", "bytes"}}};
        rows.outbox = {item(id, "partner", "p")};
        REQUIRE(nodes.a->commit(rows));
        Rows hold;
        hold.holds = {{id, "AMP-1/2026", "Juzgado", "Amparo", {1}, {}}};
        Rows erasure;
        erasure.erased = {{id, {2}, "ARCO-9"}};
        erasure.outbox_done = {id};

        std::barrier start(2);
        base::Result<void> is_held;
        std::thread other([&] {
            start.arrive_and_wait();
            later(i);
            is_held = nodes.a->commit(hold);
        });
        start.arrive_and_wait();
        later(kRaces - 1 - i);
        const auto is_erased = nodes.b->commit(erasure);
        other.join();

        REQUIRE(is_held.has_value() != is_erased.has_value());
        CHECK((is_held ? is_erased : is_held).error().code == Errc::replayed);
        CHECK(nodes.b->holds_of(id).value().empty() == is_erased.has_value());
        CHECK(nodes.a->erasure_of(id).value().has_value() == is_erased.has_value());
        const auto blob = nodes.a->find_blob(id, "fhir", 0).value();
        CHECK(blob->sealed.wrapped_key == (is_held ? "key" : ""));
        held += is_held ? 1 : 0;
    }
    INFO(held << " of " << kRaces << " were held");
    CHECK(held > 0);
    CHECK(held < kRaces);
}

TEST_CASE("a statement prepared for an empty table reads little of a full one", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const auto settings = PostgresServer::instance().fresh_schema();
    REQUIRE(open_postgres(settings, "a"));
    auto db = gateway::store::postgres::Connection::open(settings);
    REQUIRE(db);
    const auto find = [&](std::string_view jti) {
        return db->run("select id from exchange where sender = $1 and jti = $2",
                       std::string_view("a"), jti);
    };
    for (int i = 0; i < 10; ++i) {
        REQUIRE(find("7"));  // from here on the server keeps the plan
    }
    REQUIRE(
        db->execute("insert into exchange select n, 'a', n, 'r', '', '', '', '', '', 'accepted',"
                    " '', n, '', '', '', n, '', 1, 0 from generate_series(1, 2000) n"));
    for (int i = 0; i < 60; ++i) {
        REQUIRE(find("7"));
    }
    const auto fetched = [&] {
        return db
            ->run(
                "select idx_tup_fetch from pg_stat_xact_user_tables where relname = 'exchange' and "
                "schemaname = current_schema()")
            .value()
            .integer(0, 0);
    };
    const auto before = fetched();
    REQUIRE(find("7"));
    CHECK(fetched() - before == 1);
}
