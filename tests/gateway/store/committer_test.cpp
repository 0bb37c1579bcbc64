#include "gateway/store/committer.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "tests/contract/engines.hpp"
#include "tests/contract/forwarding_store.hpp"
#include "tests/contract/samples.hpp"

using namespace gateway::store;
using base::Errc;
using Ended = base::Result<std::optional<gateway::core::Exchange>>;

namespace {

/// Commits as told: counts, waits while `held`, fails `failures` times.
class StubbornStore final : public contract::ForwardingStore {
public:
    using ForwardingStore::ForwardingStore;

    base::Result<void> commit(const Rows& rows) override
    {
        ++commits;
        const std::scoped_lock wait(held);
        if (failures > 0) {
            --failures;
            return base::fail(Errc::store_failed, "disk", {"", ""});
        }
        auto committed = ForwardingStore::commit(rows);
        return silent.exchange(false) ? base::fail(Errc::store_failed, "line", {"", ""})
                                      : committed;
    }

    std::mutex held;
    std::atomic<int> failures = 0;
    std::atomic<bool> silent = false;  ///< keeps the rows once and does not say so
    std::atomic<int> commits = 0;
};

/// An act that makes exchange `id` and the leaf "leaf of <id>".
Act act(const std::string& id, std::function<void(Ended)> done)
{
    const auto exchange = contract::exchange(id);
    Act made;
    made.sender = exchange.sender;
    made.jti = exchange.jti;
    made.request_key = exchange.request_key;
    made.prepare = [exchange](const Position& position, std::string& leaf) -> base::Result<Rows> {
        Rows rows;
        rows.exchanges.push_back(exchange);
        rows.exchanges.back().ledger_index = position.index;
        leaf = "leaf of " + exchange.id;
        return rows;
    };
    made.done = std::move(done);
    return made;
}

/// The fixture of most tests: a SQLite store that can be told to fail, and its committer.
struct Bench {
    explicit Bench(Committer::Options options = {})
        : fresh(contract::sqlite()),
          store(*fresh.store),
          committer(Committer::start(store, options).value())
    {
    }

    std::future<Ended> submit(Act made)
    {
        auto promise = std::make_shared<std::promise<Ended>>();
        auto future = promise->get_future();
        made.done = [promise](Ended ended) { promise->set_value(std::move(ended)); };
        REQUIRE(committer->submit(std::move(made)));
        return future;
    }
    std::future<Ended> submit(const std::string& id) { return submit(act(id, {})); }

    /// Submits "opener" and comes back when the committer is at work on it, alone.
    std::future<Ended> open_batch()
    {
        auto ended = submit("opener");
        while (store.commits == 0) {
            std::this_thread::yield();
        }
        return ended;
    }

    /// The root computed anew from the stored leaves.
    base::Digest recomputed()
    {
        gateway::evidence::Frontier tree;
        const auto leaves = store.leaves(0, 1'000'000).value();
        for (const auto& leaf : leaves) {
            CHECK(leaf.index == tree.size());
            tree.append(gateway::evidence::leaf_hash(leaf.bytes));
        }
        return tree.root();
    }

    contract::Fresh fresh;
    StubbornStore store;
    std::unique_ptr<Committer> committer;
};

}  // namespace

TEST_CASE("many senders at once get dense places, in order, under one root", "[committer]")
{
    constexpr int kThreads = 64;
    constexpr int kActs = 200;
    Bench bench;
    std::atomic<int> answered = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kActs; ++i) {
                const auto id = std::to_string(t) + "-" + std::to_string(i);
                const auto done = [&](const Ended& ended) { ++(ended ? answered : refused); };
                while (!bench.committer->submit(act(id, done))) {  // overloaded: try again
                    std::this_thread::yield();
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    bench.committer.reset();  // finishes what was submitted

    CHECK(answered == kThreads * kActs);
    CHECK(refused == 0);
    CHECK(bench.store.ledger_size().value() == kThreads * kActs);
    const auto again = Committer::start(bench.store, {}).value();
    CHECK(again->head().size == kThreads * kActs);
    CHECK(again->head().root == bench.recomputed());
    const auto exchange = bench.store.find_exchange("17-42").value();
    REQUIRE(exchange);
    CHECK(bench.store.leaves(exchange->ledger_index, 1).value().front().bytes == "leaf of 17-42");
}

TEST_CASE("what waits while the disk is busy is committed together", "[committer]")
{
    Bench bench({.largest_batch = 8, .largest_queue = 100});
    std::vector<std::future<Ended>> ended;
    {
        const std::scoped_lock busy(bench.store.held);
        ended.push_back(bench.open_batch());
        for (int i = 0; i < 16; ++i) {
            ended.push_back(bench.submit("e" + std::to_string(i)));
        }
    }
    for (auto& one : ended) {
        CHECK(one.get());
    }

    CHECK(bench.store.commits == 3);
    CHECK(bench.committer->head().size == 17);
}

TEST_CASE("a request that comes again gets the first answer", "[committer]")
{
    Bench bench;
    CHECK_FALSE(bench.submit("e1").get().value().has_value());

    const auto again = bench.submit("e1").get();
    auto altered = act("e1", {});
    altered.request_key = "other bytes";
    const auto refused = bench.submit(std::move(altered)).get();

    REQUIRE(again);
    REQUIRE(again->has_value());
    CHECK((*again)->id == "e1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::replayed);
    CHECK(bench.store.ledger_size().value() == 1);
}

TEST_CASE("a request repeated within one batch is committed once", "[committer]")
{
    Bench bench;
    std::unique_lock busy(bench.store.held);
    auto opener = bench.open_batch();
    auto first = bench.submit("e1");
    auto repeat = act("e1", {});
    repeat.prepare = [](const Position&, std::string&) -> base::Result<Rows> {
        throw std::logic_error("a repeat is never prepared");
    };
    auto second = bench.submit(std::move(repeat));
    auto altered = act("e1", {});
    altered.request_key = "other bytes";
    auto third = bench.submit(std::move(altered));
    busy.unlock();

    CHECK(opener.get());
    CHECK_FALSE(first.get().value().has_value());
    CHECK(second.get().value().value().id == "e1");
    CHECK(third.get().error().code == Errc::replayed);
    CHECK(bench.store.ledger_size().value() == 2);
    CHECK(bench.store.commits == 2);
}

TEST_CASE("an act that cannot be prepared takes no place", "[committer]")
{
    Bench bench;
    std::unique_lock busy(bench.store.held);
    auto opener = bench.open_batch();
    auto bad = act("bad", {});
    bad.prepare = [](const Position&, std::string& leaf) -> base::Result<Rows> {
        leaf = "never";
        return base::fail(Errc::unusable_key, "key", {"", ""});
    };
    auto throwing = act("throwing", {});
    throwing.prepare = [](const Position&, std::string&) -> base::Result<Rows> {
        throw std::runtime_error("bug");
    };
    auto refused = bench.submit(std::move(bad));
    auto failed = bench.submit(std::move(throwing));
    auto good = bench.submit("good");
    auto again = bench.submit("bad");  // the same request, now well
    busy.unlock();

    CHECK(opener.get());
    CHECK(refused.get().error().code == Errc::unusable_key);
    CHECK(failed.get().error().code == Errc::internal);
    CHECK(good.get());
    CHECK_FALSE(again.get().value().has_value());
    CHECK(bench.store.find_exchange("good").value()->ledger_index == 1);
    CHECK(bench.store.find_exchange("bad").value()->ledger_index == 2);
    CHECK(bench.committer->head().root == bench.recomputed());
}

TEST_CASE("a batch the store cannot keep frees its places and is answered so", "[committer]")
{
    Bench bench;
    CHECK(bench.submit("e0").get());
    bench.store.failures = 1;

    CHECK(bench.submit("e1").get().error().code == Errc::store_failed);
    CHECK(bench.committer->head().size == 1);
    CHECK_FALSE(bench.submit("e1").get().value().has_value());  // the same request is new

    CHECK(bench.store.find_exchange("e1").value()->ledger_index == 1);
    CHECK(bench.committer->head().size == 2);
    CHECK(bench.committer->head().root == bench.recomputed());
}

TEST_CASE("a commit that was kept though nobody heard of it does not stop the ledger",
          "[committer]")
{
    Bench bench;
    bench.store.silent = true;

    CHECK(bench.submit("e1").get().error().code == Errc::store_failed);
    CHECK(bench.submit("e2").get());
    CHECK(bench.submit("e1").get().value().value().id == "e1");  // it was kept: the first answer

    CHECK(bench.store.find_exchange("e2").value()->ledger_index == 1);
    CHECK(bench.committer->head().size == 2);
    CHECK(bench.committer->head().root == bench.recomputed());
}

TEST_CASE("one contradictory act does not take its batch with it", "[committer]")
{
    Bench bench;
    std::unique_lock busy(bench.store.held);
    auto opener = bench.open_batch();
    auto first = bench.submit("e1");
    auto same_id = act("e1", {});  // another request, the same exchange id
    same_id.jti = "another";
    auto second = bench.submit(std::move(same_id));
    auto third = bench.submit("e3");
    busy.unlock();

    CHECK(opener.get());
    CHECK(first.get());
    CHECK(second.get().error().code == Errc::replayed);
    CHECK(third.get());
    CHECK(bench.store.find_exchange("e3").value()->ledger_index == 2);
    CHECK(bench.committer->head().root == bench.recomputed());
}

TEST_CASE("a full queue says so at once", "[committer]")
{
    Bench bench({.largest_batch = 2, .largest_queue = 3});
    std::unique_lock busy(bench.store.held);
    auto opener = bench.open_batch();
    std::vector<std::future<Ended>> waiting;
    for (int i = 0; i < 3; ++i) {
        waiting.push_back(bench.submit("e" + std::to_string(i)));
    }

    bool called = false;
    const auto refused = bench.committer->submit(act("late", [&](const Ended&) { called = true; }));
    busy.unlock();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::overloaded);
    for (auto& one : waiting) {
        CHECK(one.get());
    }
    bench.committer.reset();
    CHECK_FALSE(called);
}

TEST_CASE("acts without a leaf or a request of their own are committed too", "[committer]")
{
    Bench bench;
    Act reading;
    reading.prepare = [](const Position&, std::string&) -> base::Result<Rows> {
        Rows rows;
        rows.audit.push_back(contract::audit_event("a1"));
        return rows;
    };

    CHECK(bench.submit(std::move(reading)).get());

    CHECK(bench.store.read_audit({}).value().size() == 1);
    CHECK(bench.committer->head().size == 0);
}

TEST_CASE("an act is told the latest published checkpoint", "[committer]")
{
    Bench bench;
    std::string told;
    auto asking = act("e1", {});
    asking.prepare = [&](const Position& position, std::string&) -> base::Result<Rows> {
        told = position.checkpoint;
        return Rows{};
    };
    bench.committer->published("note");

    CHECK(bench.submit(std::move(asking)).get());

    CHECK(told == "note");
}

TEST_CASE("a stored tree that misses a tile is not continued", "[committer]")
{
    const contract::Fresh fresh(contract::sqlite());
    Rows rows;
    rows.leaves = {{0, "leaf without tile"}};
    REQUIRE(fresh.store->commit(rows));

    const auto started = Committer::start(*fresh.store, {});

    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::ledger_inconsistent);
}
