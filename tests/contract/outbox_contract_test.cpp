#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/engines.hpp"
#include "tests/contract/samples.hpp"

using namespace contract;
using base::Errc;
using gateway::store::OutboxItem;
using gateway::store::Rows;
using gateway::store::Store;

namespace {

constexpr std::int64_t kLease = 100;

/// Commits one exchange per item.
void put(Store& store, const std::vector<OutboxItem>& items)
{
    Rows rows;
    for (const auto& one : items) {
        rows.exchanges.push_back(exchange(one.exchange));
    }
    rows.outbox = items;
    REQUIRE(store.commit(rows));
}

/// The exchanges leased at `now`, in the order given.
std::string lease(Store& store, std::int64_t now, std::size_t limit = 50)
{
    std::string ids;
    const auto leased = store.lease_due({now}, limit, kLease).value();
    for (const auto& one : leased) {
        CHECK(one.leased_until == base::Instant{now + kLease});
        ids += one.exchange + " ";
    }
    return ids;
}

void finish(Store& store, const std::string& exchange)
{
    Rows rows;
    rows.outbox_done = {exchange};
    REQUIRE(store.commit(rows));
}

}  // namespace

TEST_CASE("an item is handed out when it is due, once, until its lease ends", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    Fresh fresh(engine);
    put(*fresh.store, {item("e1", "a", "p", 1000)});
    CHECK(fresh.store->next_due().value() == base::Instant{1000});

    CHECK(lease(*fresh.store, 999).empty());
    CHECK(lease(*fresh.store, 1000) == "e1 ");
    CHECK(lease(*fresh.store, 1099).empty());
    fresh.reopen();  // a lease is a row: it outlives the program
    CHECK(lease(*fresh.store, 1099).empty());
    CHECK(fresh.store->next_due().value() == base::Instant{1100});
    CHECK(lease(*fresh.store, 1100) == "e1 ");

    finish(*fresh.store, "e1");
    CHECK(lease(*fresh.store, 9999).empty());
    CHECK(fresh.store->outbox_size().value() == 0);
}

TEST_CASE("a leased item tells what the partner's worker has to know", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    put(*fresh.store, {item("e1", "a", "p", 5)});

    auto leased = fresh.store->lease_due({10}, 1, kLease).value();
    REQUIRE(leased.size() == 1);
    CHECK(leased[0].partner == "a");
    CHECK(leased[0].person == "p");
    CHECK(leased[0].attempts == 0);
    CHECK(leased[0].due == base::Instant{5});

    REQUIRE(fresh.store->postpone("e1", {500}));
    CHECK(lease(*fresh.store, 499).empty());
    leased = fresh.store->lease_due({500}, 1, kLease).value();
    REQUIRE(leased.size() == 1);
    CHECK(leased[0].attempts == 1);
    CHECK(leased[0].due == base::Instant{500});
}

TEST_CASE("what concerns one person goes to a partner in the order it came", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    put(store, {item("e1", "a", "p", 3), item("e2", "a", "p", 2), item("e3", "a", "p", 1)});
    put(store, {item("e4", "a", "p", 0)});

    CHECK(lease(store, 10) == "e1 ");
    REQUIRE(store.postpone("e1", {50}));
    CHECK(lease(store, 20).empty());  // the earlier one waits, so do the others
    CHECK(lease(store, 50) == "e1 ");
    CHECK(lease(store, 60).empty());  // leased: the others wait
    finish(store, "e1");
    CHECK(lease(store, 61) == "e2 ");
    finish(store, "e3");  // taken out of the middle
    finish(store, "e2");
    CHECK(lease(store, 62) == "e4 ");
    finish(store, "e4");
    CHECK(store.outbox_size().value() == 0);
}

TEST_CASE("order is per partner and person: others are not held", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    put(*fresh.store, {item("e1", "a", "p", 1), item("e2", "a", "q", 2), item("e3", "b", "p", 3),
                       item("e4", "a", "p", 4), item("e5", "a", "", 5), item("e6", "a", "", 6)});

    const auto leased = fresh.store->lease_due({10}, 50, kLease).value();

    std::vector<std::string> ids;
    for (const auto& one : leased) {
        ids.push_back(one.exchange);
    }
    std::sort(ids.begin(), ids.end());
    CHECK(ids == std::vector<std::string>{"e1", "e2", "e3", "e5", "e6"});
}

TEST_CASE("a partner with a long queue leaves places for the others", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    auto& store = *fresh.store;
    std::vector<OutboxItem> items;
    for (int i = 0; i < 40; ++i) {
        items.push_back(item("a" + std::to_string(100 + i), "a", "p" + std::to_string(i), i));
    }
    items.push_back(item("b1", "b", "p", 1000));
    items.push_back(item("b2", "b", "q", 1001));
    put(store, items);

    CHECK(lease(store, 2000, 4) == "a100 b1 a101 b2 ");
    CHECK(lease(store, 2001, 2) == "a102 a103 ");  // nothing else is waiting
    put(store, {item("c1", "c", "p", 1500)});
    CHECK(lease(store, 2002, 1) == "c1 ");  // the one with the fewest under way
    CHECK(lease(store, 2003, 50).size() == 36 * 5);
}

TEST_CASE("postponing what does not wait says so", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);

    const auto postponed = fresh.store->postpone("e1", {1});

    REQUIRE_FALSE(postponed);
    CHECK(postponed.error().code == Errc::not_found);
}

TEST_CASE("an exchange may wait again after its item was removed", "[contract]")
{
    const auto engine = GENERATE(from_range(engines()));
    CAPTURE(engine.name);
    const Fresh fresh(engine);
    put(*fresh.store, {item("e1", "a", "p", 1), item("e2", "a", "p", 1)});
    Rows rows;
    rows.outbox_done = {"e1"};
    rows.outbox = {item("e1", "a", "p", 2)};

    REQUIRE(fresh.store->commit(rows));

    CHECK(lease(*fresh.store, 10) == "e2 ");  // replayed: behind what came before
    finish(*fresh.store, "e2");
    CHECK(lease(*fresh.store, 11) == "e1 ");
}
