#include "gateway/exchange/versions.hpp"

#include <catch2/catch.hpp>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace gateway;
using namespace gateway::exchange;

namespace {

/// What was kept of one record: it brought Patient/p.
void keep(store::Store& store, const std::string& id, std::int64_t received,
          const std::string& jti = {}, std::uint32_t record = 0)
{
    auto exchange = contract::exchange(id);
    exchange.received = {received};
    exchange.jti = jti.empty() ? exchange.jti : jti;
    store::Rows rows;
    rows.exchanges = {exchange};
    rows.served = {{id, record, "person", {received}, {{"Patient", "p", 0}}}};
    REQUIRE(store.commit(rows));
}

/// Whose state of Patient/p the record of that origin must let stand; empty when its own counts.
std::string overtaker(store::Store& store, const Origin& mine)
{
    const auto newer = Overtaken(mine, store).by("Patient", "p").value();
    return newer ? newer->exchange : std::string();
}

}  // namespace

TEST_CASE("a version is as new as what its bytes first came with", "[reprocess]")
{
    for (const auto& engine : contract::engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const contract::Fresh fresh(engine);
            auto& store = *fresh.store;
            keep(store, "e1", 10);
            keep(store, "e2", 20, again_jti("e1", 0));
            keep(store, "e3", 30, again_jti("e2", 0));
            keep(store, "e4", 40, again_jti("load", 7));

            const auto third = store.find_exchange("e3").value().value();
            const auto first = store.find_exchange("e1").value().value();
            CHECK(origin_of(third, 0, store).value() == Origin{{10}, "e1", 0});
            CHECK(version_after(first, 0, store).value()->id == "e2");
            CHECK_FALSE(version_after(third, 0, store).value());
            const auto lost = store.find_exchange("e4").value().value();
            CHECK(origin_of(lost, 0, store).error().code == base::Errc::not_found);
        }
    }
}

TEST_CASE("what a later record brought since overtakes, whichever was translated last",
          "[reprocess]")
{
    for (const auto& engine : contract::engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const contract::Fresh fresh(engine);
            auto& store = *fresh.store;
            const Origin older{{10}, "e1", 0};
            const Origin newer{{20}, "e2", 0};
            CHECK(overtaker(store, older).empty());  // nobody brought it yet
            keep(store, "e1", 10);
            CHECK(overtaker(store, older).empty());
            keep(store, "e2", 20);
            CHECK(overtaker(store, older) == "e2");
            CHECK(overtaker(store, newer).empty());

            keep(store, "e3", 30, again_jti("e2", 0));
            CHECK(overtaker(store, older) == "e3");
            CHECK(overtaker(store, newer).empty());
        }
    }
}

TEST_CASE("of two rows of one load the later one's state stands", "[reprocess]")
{
    for (const auto& engine : contract::engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const contract::Fresh fresh(engine);
            keep(*fresh.store, "e1", 10, {}, 9);

            CHECK(overtaker(*fresh.store, {{10}, "e1", 5}) == "e1");
            CHECK(overtaker(*fresh.store, {{10}, "e1", 9}).empty());
        }
    }
}

TEST_CASE("what came since it was asked, or comes in the same commit, is noticed", "[reprocess]")
{
    for (const auto& engine : contract::engines()) {
        DYNAMIC_SECTION(engine.name)
        {
            const contract::Fresh fresh(engine);
            auto& store = *fresh.store;
            keep(store, "e1", 10);
            Overtaken overtaken({{10}, "e1", 0}, store);
            REQUIRE_FALSE(overtaken.by("Patient", "p").value());
            REQUIRE_FALSE(overtaken.by("Patient", "unknown").value());
            CHECK(overtaken.still_so(nullptr));
            store::Rows together;
            together.served = {{"e2", 0, "person", {20}, {{"Patient", "q", 0}}}};
            CHECK(overtaken.still_so(&together));

            together.served.front().resources.front().id = "p";
            CHECK(overtaken.still_so(&together).error().code == base::Errc::overloaded);
            keep(store, "e2", 20);
            CHECK(overtaken.still_so(nullptr).error().code == base::Errc::overloaded);
        }
    }
}
