#include "gateway/store/checkpointer.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/store/anchor.hpp"
#include "gateway/store/ledger_check.hpp"
#include "tests/contract/engines.hpp"
#include "tests/contract/forwarding_store.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::store;
using base::Errc;

namespace {

constexpr std::string_view kOrigin = "puente.example/ledger-1";

gateway::crypto::PrivateKey ledger_key()
{
    return gateway::crypto::PrivateKey::from_pem(support::dev_pki().ledger_key).value();
}

/// A store, its committer and the folder of the anchor.
struct Node {
    Node() : fresh(contract::sqlite()), committer(begin()) {}

    std::unique_ptr<Committer> begin() { return Committer::start(*fresh.store, {}).value(); }

    auto checkpointer()
    {
        return Checkpointer::start(*fresh.store, *committer, ledger_key(),
                                   {std::string(kOrigin), anchor(), std::chrono::hours(1)});
    }
    std::string anchor() { return folder / "anchor"; }

    void append(int leaves)
    {
        std::atomic<int> kept = 0;
        std::promise<void> all;
        for (int i = 0; i < leaves; ++i) {
            Act act;
            act.prepare = [](const Position& position, std::string& leaf) -> base::Result<Rows> {
                leaf = "leaf " + std::to_string(position.index);
                return Rows{};
            };
            act.done = [&, leaves](const auto& end) {
                kept += end ? 1 : 0;
                if (kept == leaves) {
                    all.set_value();
                }
            };
            REQUIRE(committer->submit(std::move(act)));
        }
        all.get_future().wait();
    }

    contract::Fresh fresh;
    support::TempDir folder;
    std::unique_ptr<Committer> committer;
};

gateway::evidence::Checkpoint opened(const std::string& note)
{
    const auto key = ledger_key();
    return gateway::evidence::open_checkpoint(note, gateway::evidence::verifier_key(kOrigin, key))
        .value();
}

}  // namespace

TEST_CASE("a published head stands in anchor, store and receipts alike", "[checkpointer]")
{
    Node node;
    const auto checkpointer = node.checkpointer().value();
    node.append(3);

    REQUIRE(checkpointer->publish());

    const auto note = read_anchor(node.anchor()).value();
    CHECK(opened(note).size == 3);
    CHECK(opened(note).root == node.committer->head().root);
    CHECK(node.fresh.store->latest_checkpoint().value() == note);
    std::promise<std::string> told;
    Act asking;
    asking.prepare = [&](const Position& position, std::string&) -> base::Result<Rows> {
        told.set_value(position.checkpoint);
        return Rows{};
    };
    asking.done = [](const auto&) {};
    REQUIRE(node.committer->submit(std::move(asking)));
    CHECK(told.get_future().get() == note);
}

TEST_CASE("an empty ledger is published too, and a head that stands still only once",
          "[checkpointer]")
{
    Node node;
    const auto checkpointer = node.checkpointer().value();
    REQUIRE(checkpointer->publish());
    CHECK(opened(read_anchor(node.anchor()).value()).size == 0);

    std::filesystem::remove(node.anchor());
    REQUIRE(checkpointer->publish());

    CHECK_FALSE(std::filesystem::exists(node.anchor()));
}

TEST_CASE("the clock publishes by itself, and the end publishes what is left", "[checkpointer]")
{
    Node node;
    auto checkpointer =
        Checkpointer::start(*node.fresh.store, *node.committer, ledger_key(),
                            {std::string(kOrigin), node.anchor(), std::chrono::milliseconds(1)});
    REQUIRE(checkpointer);
    node.append(2);
    while (node.fresh.store->latest_checkpoint().value().empty() ||
           opened(node.fresh.store->latest_checkpoint().value()).size < 2) {
        std::this_thread::yield();
    }
    checkpointer->reset();
    checkpointer = node.checkpointer();
    node.append(1);

    checkpointer->reset();

    CHECK(opened(read_anchor(node.anchor()).value()).size == 3);
}

TEST_CASE("nothing is published while the anchor cannot be written", "[checkpointer]")
{
    Node node;
    const auto checkpointer = node.checkpointer().value();
    REQUIRE(checkpointer->publish());
    std::filesystem::create_directory(node.anchor() + ".new");  // in the way of the next one
    node.append(1);

    const auto failed = checkpointer->publish();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::store_failed);
    CHECK(checkpointer->failure().has_value());
    CHECK(opened(node.fresh.store->latest_checkpoint().value()).size == 0);
    std::filesystem::remove(node.anchor() + ".new");
    CHECK(checkpointer->publish());
    CHECK_FALSE(checkpointer->failure().has_value());
    CHECK(opened(node.fresh.store->latest_checkpoint().value()).size == 1);
}

TEST_CASE("a node goes on after a stop where it stood", "[checkpointer]")
{
    Node node;
    node.checkpointer().value().reset();
    node.append(300);
    node.checkpointer().value().reset();
    node.append(300);  // not anchored: the program died

    node.committer.reset();
    node.fresh.reopen();
    node.committer = node.begin();
    const auto checkpointer = node.checkpointer();

    REQUIRE(checkpointer);
    REQUIRE((*checkpointer)->publish());
    CHECK(opened(read_anchor(node.anchor()).value()).size == 600);
}

TEST_CASE("yesterday's database is not signed for", "[checkpointer]")
{
    Node today;
    {
        const auto checkpointer = today.checkpointer().value();
        today.append(5);
    }
    Node yesterday;
    yesterday.append(3);
    std::filesystem::copy_file(today.anchor(), yesterday.anchor());

    const auto started = yesterday.checkpointer();

    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::ledger_inconsistent);
    CHECK(started.error().where == "ledger, size 3");
    CHECK(started.error().expected.en == "at least 5 leaves, as the anchor says");
}

TEST_CASE("a forked ledger, a foreign anchor and a lost anchor are not signed for",
          "[checkpointer]")
{
    Node node;
    {
        const auto checkpointer = node.checkpointer().value();
        node.append(2);
    }
    auto code = Errc::ledger_inconsistent;
    SECTION("fork: other leaves under the anchored size")
    {
        Node fork;
        Act other;
        other.prepare = [](const Position&, std::string& leaf) -> base::Result<Rows> {
            leaf = "another history";
            return Rows{};
        };
        std::promise<void> ended;
        other.done = [&](const auto&) { ended.set_value(); };
        REQUIRE(fork.committer->submit(std::move(other)));
        ended.get_future().wait();
        fork.append(5);
        std::filesystem::copy_file(node.anchor(), fork.anchor());
        const auto started = fork.checkpointer();
        REQUIRE_FALSE(started);
        CHECK(started.error().code == code);
        CHECK(started.error().where == "ledger, size 6, root at 2");
        return;
    }
    SECTION("anchor signed by nobody we know")
    {
        auto note = read_anchor(node.anchor()).value();
        note[note.find('\n') + 1] = '9';  // the size line
        REQUIRE(write_anchor(node.anchor(), note));
        code = Errc::bad_signature;
    }
    SECTION("anchor lost")
    {
        std::filesystem::remove(node.anchor());
    }

    const auto started = node.checkpointer();

    REQUIRE_FALSE(started);
    CHECK(started.error().code == code);
}

TEST_CASE("an altered, missing or moved leaf since the anchor is found at start", "[checkpointer]")
{
    Node node;
    node.checkpointer().value().reset();
    node.append(300);

    /// Leaves as a meddler left them.
    class Meddled final : public contract::ForwardingStore {
    public:
        using ForwardingStore::ForwardingStore;
        base::Result<std::vector<Leaf>> leaves(std::uint64_t first, std::size_t count) override
        {
            auto found = ForwardingStore::leaves(first, count).value();
            std::erase_if(found, [&](const Leaf& leaf) { return leaf.index == missing; });
            for (auto& leaf : found) {
                leaf.bytes += leaf.index == altered ? "!" : "";
            }
            return found;
        }
        base::Result<std::string> tile(std::uint32_t level, std::uint64_t index) override
        {
            auto hashes = ForwardingStore::tile(level, index).value();
            if (level == tile_level && !hashes.empty()) {
                hashes[0] = static_cast<char>(hashes[0] + 1);
            }
            return hashes;
        }
        std::uint64_t missing = 1'000'000;
        std::uint64_t altered = 1'000'000;
        std::uint32_t tile_level = 9;
    };
    Meddled meddled(*node.fresh.store);
    REQUIRE(check_ledger(meddled, {}));
    std::string where;
    SECTION("altered")
    {
        meddled.altered = 270;
        where = "ledger, leaf 270";
    }
    SECTION("missing")
    {
        meddled.missing = 12;
        where = "ledger, leaf 12";
    }
    SECTION("tile")
    {
        meddled.tile_level = 1;
        where = "ledger, tile/1/0";
    }

    const auto checked = check_ledger(meddled, opened(read_anchor(node.anchor()).value()));

    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::ledger_inconsistent);
    CHECK(checked.error().where == where);
}

TEST_CASE("once it is told to refuse, nothing is signed any more", "[checkpointer]")
{
    Node node;
    node.append(3);
    const auto checkpointer = node.checkpointer().value();
    REQUIRE(checkpointer->publish());
    const auto anchored = support::read_file(node.anchor());
    node.append(2);

    checkpointer->refuse({Errc::ledger_inconsistent, "witness", {}, {}});

    CHECK(checkpointer->publish().error().code == Errc::ledger_inconsistent);
    CHECK(checkpointer->failure()->where == "witness");
    CHECK(support::read_file(node.anchor()) == anchored);
}
