#include <catch2/catch.hpp>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;
using base::Errc;
using gateway::core::State;
using gateway::store::Blob;
using gateway::store::Rows;

namespace {

Rows opened(const std::string& id)
{
    auto rows = rows_of(id);
    rows.exchanges[0].state = State::open;
    return rows;
}

Rows closed(const std::string& id, State state)
{
    Rows rows;
    rows.closed.push_back(exchange(id));
    rows.closed[0].state = state;
    rows.closed[0].ledger_index = 41;
    return rows;
}

gateway::store::LoadRow row(const std::string& load, const std::string& key)
{
    return {load, "series", key, "digest of " + key, load, 1};
}

std::string keys(gateway::store::Store& store, const std::string& load)
{
    std::string text;
    const auto rows = store.list_load_rows(load, "series", "", 9).value();
    for (const auto& one : rows) {
        text += one.key + " ";
    }
    return text;
}

}  // namespace

TEST_CASE("an open exchange closes once, with what is known then", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            REQUIRE(fresh.store->commit(opened("e1")));
            CHECK(fresh.store->find_exchange("e1").value()->state == State::open);

            REQUIRE(fresh.store->commit(closed("e1", State::accepted)));

            const auto kept = fresh.store->find_exchange("e1").value().value();
            CHECK(kept.state == State::accepted);
            CHECK(kept.ledger_index == 41);
            const auto again = fresh.store->commit(closed("e1", State::accepted));
            REQUIRE_FALSE(again);
            CHECK(again.error().code == Errc::replayed);
        }
    }
}

TEST_CASE("the payloads of a load are read in order, page by page", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            auto rows = opened("e1");
            for (const std::uint32_t record : {3U, 1U, 2U}) {
                rows.blobs.push_back({"e1", "fhir", record, {"key", std::to_string(record)}});
            }
            rows.blobs.push_back({"e1", "source", 1, {"key", "source"}});
            REQUIRE(fresh.store->commit(rows));

            const auto first = fresh.store->list_blobs("e1", "fhir", 0, 2).value();
            REQUIRE(first.size() == 2);
            CHECK(first[0].sealed.bytes == "1");
            CHECK(first[1].record == 2);
            CHECK(fresh.store->list_blobs("e1", "fhir", 2, 9).value().at(0).sealed.bytes == "3");
        }
    }
}

TEST_CASE("what an open load brought is not served, and a discarded one leaves nothing", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            auto rows = opened("e1");
            rows.blobs.push_back({"e1", "fhir", 1, {"key", "bytes"}});
            rows.load_rows.push_back(row("e1", "a"));
            rows.served.push_back({"e1", 1, "", {1}, {{"Patient", "p", 0}}});
            REQUIRE(fresh.store->commit(rows));
            CHECK(fresh.store->versions_of("Patient", "p").value().empty());

            auto refused = closed("e1", State::rejected);
            refused.discarded = {"e1"};
            REQUIRE(fresh.store->commit(refused));

            CHECK(fresh.store->list_blobs("e1", "fhir", 0, 9).value().empty());
            CHECK(keys(*fresh.store, "e1").empty());
            CHECK(fresh.store->versions_of("Patient", "p").value().empty());
        }
    }
}

TEST_CASE("the latest load of a series takes the place of the one before", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            CHECK(fresh.store->latest_load("series").value().empty());
            auto first = opened("e1");
            first.load_rows = {row("e1", "b"), row("e1", "a")};
            first.latest_loads = {{"series", "e1"}};
            REQUIRE(fresh.store->commit(first));
            CHECK(keys(*fresh.store, "e1") == "a b ");
            auto second = opened("e2");
            second.load_rows = {row("e2", "c")};
            second.load_rows[0].holder = "e1";
            REQUIRE(fresh.store->commit(second));
            CHECK(fresh.store->latest_load("series").value() == "e1");

            Rows close;
            close.latest_loads = {{"series", "e2"}};
            REQUIRE(fresh.store->commit(close));

            CHECK(fresh.store->latest_load("series").value() == "e2");
            CHECK(keys(*fresh.store, "e1").empty());
            CHECK(fresh.store->list_load_rows("e2", "series", "", 9).value().at(0).holder == "e1");
        }
    }
}

TEST_CASE("a row translated anew is held by its new version, in every load that has it", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            auto first = opened("e1");
            first.load_rows = {row("e1", "a"), row("e1", "b")};
            first.load_rows[1].record = 2;
            first.latest_loads = {{"series", "e1"}};
            auto second = opened("e2");
            second.load_rows = {row("e2", "a")};
            second.load_rows[0].holder = "e1";
            REQUIRE(fresh.store->commit(first));
            REQUIRE(fresh.store->commit(second));
            CHECK(fresh.store->is_row_held("e1", 1).value());

            auto version = rows_of("e3");
            version.moved_rows = {{"e1", 1, "e3"}, {"e1", 9, "e3"}};
            REQUIRE(fresh.store->commit(version));

            CHECK_FALSE(fresh.store->is_row_held("e1", 1).value());
            CHECK(fresh.store->is_row_held("e1", 2).value());
            CHECK(fresh.store->is_row_held("e3", 0).value());
            CHECK_FALSE(fresh.store->is_row_held("e9", 0).value());
            for (const auto* load : {"e1", "e2"}) {
                const auto moved = fresh.store->list_load_rows(load, "series", "", 1).value().at(0);
                CHECK(moved.key == "a");
                CHECK(moved.holder == "e3");
                CHECK(moved.record == 0);
                CHECK(moved.digest == "digest of a");
            }
        }
    }
}

TEST_CASE("a delivery that takes long keeps its lease", "[store]")
{
    for (const auto& engine : engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const Fresh fresh(engine);
            auto rows = rows_of("e1");
            rows.outbox = {item("e1", "partner", "p")};
            REQUIRE(fresh.store->commit(rows));
            REQUIRE(fresh.store->lease_due({10}, 4, 5).value().size() == 1);

            REQUIRE(fresh.store->hold("e1", {100}));

            CHECK(fresh.store->lease_due({50}, 4, 5).value().empty());
            CHECK(fresh.store->lease_due({101}, 4, 5).value().size() == 1);
            CHECK(fresh.store->hold("e9", {100}).error().code == Errc::not_found);
        }
    }
}
