#include "gateway/attest/cosigners.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>

#include "gateway/attest/witness.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "ledger.hpp"
#include "tests/contract/engines.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::attest;
using namespace attest_test;
namespace asio = boost::asio;
namespace evidence = gateway::evidence;
namespace net = gateway::net;

namespace {

using Answer = base::Result<net::ClientAnswer>;

Answer with(int status, std::string body = {})
{
    return net::ClientAnswer{{.status = status, .headers = {}, .body = std::move(body)}, {}};
}

/// Answers by host what a test says; counts the questions.
struct FakeNet : net::HttpsClient {
    asio::awaitable<Answer> send(std::string method, std::string url, net::Headers /*headers*/,
                                 std::string body, std::chrono::seconds /*timeout*/) override
    {
        CHECK(method == "POST");
        CHECK(url.ends_with("/add-checkpoint"));
        ++asked[url];
        co_return answer(url, body);
    }
    asio::awaitable<Answer> send_mllp(std::string /*url*/, std::string /*message*/,
                                      std::chrono::seconds /*timeout*/) override
    {
        co_return base::fail(base::Errc::partner_unreachable, "connect", {});
    }
    base::Result<void> renew(const net::ClientIdentity& /*identity*/) override { return {}; }

    std::function<Answer(const std::string& url, const std::string& body)> answer;
    std::map<std::string, int> asked;
};

/// A node with a ledger in its store, and two witnesses with stores of their own.
struct Scene {
    struct Peer {
        contract::Fresh fresh{contract::sqlite()};
        Witness witness;
        explicit Peer(const std::string& name, const std::string& ledger)
            : witness(Witness::create(*fresh.store, fresh_key(), name, {ledger}).value())
        {
        }
        Answer answer(const std::string& body) const
        {
            const auto judged = witness.add_checkpoint(body, support::kNow).value();
            return with(judged.status, judged.body);
        }
    };

    Scene()
    {
        fake.answer = [this](const std::string& url, const std::string& body) {
            return (url.starts_with("https://w1") ? one : two).answer(body);
        };
        grow_to(3);
        restart();
    }

    void grow_to(std::uint64_t size)
    {
        gateway::store::Rows rows;
        for (auto index = ledger.frontier.size(); index < size; ++index) {
            const auto leaf = ledger.history + std::to_string(index);
            rows.leaves.push_back({index, leaf});
            ledger.frontier.append(evidence::leaf_hash(leaf));
        }
        rows.tiles = ledger.frontier.take_changed();
        REQUIRE(fresh.store->commit(rows));
        REQUIRE(fresh.store->save_checkpoint(size, ledger.note()));
    }

    /// Forgets what was known of the witnesses.
    void restart()
    {
        cosigners = Cosigners::create(
                        io.get_executor(),
                        {.store = *fresh.store,
                         .work = pool,
                         .client = fake,
                         .vkey = ledger.vkey(),
                         .cosigners = {{one.witness.vkey(), "https://w1"},
                                       {two.witness.vkey(), "https://w2/some/prefix"}},
                         .interval = std::chrono::seconds(1),
                         .alert =
                             [this](std::string_view name, bool down, const base::Error& why) {
                                 told.push_back(std::string(name) + (down ? " down" : " up"));
                                 codes.push_back(why.code);
                             },
                         .forked = [this](const base::Error& why) { forks.push_back(why.where); }})
                        .value();
    }

    void turn(int times = 1)
    {
        for (int i = 0; i < times; ++i) {
            asio::co_spawn(io, cosigners->turn(), asio::detached);
            io.restart();
            io.run();
        }
    }

    [[nodiscard]] bool seen_by(const Peer& peer, std::uint64_t index = 0) const
    {
        const auto note = fresh.store->cosigned_covering(index).value();
        return !note.empty() && evidence::cosigned_at(note, peer.witness.vkey()).value();
    }

    contract::Fresh fresh{contract::sqlite()};
    Ledger ledger{fresh_key()};
    Peer one{"one.example", ledger.vkey()};
    Peer two{"two.example", ledger.vkey()};
    FakeNet fake;
    asio::io_context io;
    asio::thread_pool pool{1};
    std::unique_ptr<Cosigners> cosigners;
    std::vector<std::string> told;
    std::vector<base::Errc> codes;
    std::vector<std::string> forks;
};

}  // namespace

TEST_CASE("a checkpoint is kept with the lines of all who cosigned it, once", "[witness]")
{
    Scene scene;
    scene.turn(3);
    CHECK(scene.seen_by(scene.one));
    CHECK(scene.seen_by(scene.two));
    CHECK(evidence::open_checkpoint(scene.fresh.store->cosigned_covering(0).value(),
                                    scene.ledger.vkey()));
    CHECK(scene.fake.asked["https://w1/add-checkpoint"] == 1);

    scene.grow_to(700);
    scene.restart();  // their size is no longer known, and they tell it
    scene.turn();
    CHECK(scene.seen_by(scene.one, 699));
    CHECK(scene.fake.asked["https://w1/add-checkpoint"] == 3);
    CHECK(scene.told.empty());
    CHECK(scene.forks.empty());
}

TEST_CASE("a witness that is away is told once, asked ever more rarely, and keeps nobody waiting",
          "[witness]")
{
    Scene scene;
    bool away = true;
    scene.fake.answer = [&](const std::string& url, const std::string& body) -> Answer {
        if (url.starts_with("https://w1") && away) {
            return base::fail(base::Errc::partner_unreachable, "connect", {});
        }
        return (url.starts_with("https://w1") ? scene.one : scene.two).answer(body);
    };

    scene.turn(30);

    CHECK(scene.fake.asked["https://w1/add-checkpoint"] == 5);  // turns 1, 2, 4, 8, 16
    CHECK(scene.told == std::vector<std::string>{"one.example down"});
    CHECK(scene.seen_by(scene.two));
    CHECK_FALSE(scene.seen_by(scene.one));
    away = false;
    scene.grow_to(4);
    scene.turn(2);
    CHECK(scene.told == std::vector<std::string>{"one.example down", "one.example up"});
    CHECK(scene.forks.empty());
}

TEST_CASE("an answer that is no cosignature of this checkpoint by this witness is not kept",
          "[witness]")
{
    Scene scene;
    const auto wrong = GENERATE(range(0, 5));
    CAPTURE(wrong);
    scene.fake.answer = [&](const std::string& url, const std::string& body) -> Answer {
        if (!url.starts_with("https://w1")) {
            return scene.two.answer(body);
        }
        const auto line = scene.one.answer(body)->response.body;
        auto forged = line;
        forged[line.size() - 20] = forged[line.size() - 20] == 'A' ? 'B' : 'A';
        const auto other_key =
            evidence::cosign(scene.ledger.note(), "one.example", fresh_key(), support::kNow);
        Ledger other(scene.ledger.key);
        other.grow_to(9);
        const auto of_another = scene.one.answer(other.asks(3).to_text())->response.body;
        const std::string answers[] = {"", forged, *other_key, of_another,
                                       line.substr(0, line.size() - 1)};
        return with(200, answers[wrong]);
    };

    scene.turn();

    CHECK_FALSE(scene.seen_by(scene.one));
    CHECK(scene.seen_by(scene.two));
    CHECK(scene.told == std::vector<std::string>{"one.example down"});
    CHECK(scene.codes.front() == base::Errc::bad_signature);
    CHECK(scene.forks.empty());
}

TEST_CASE("a node put back to yesterday, and one that went on from there, is told so once",
          "[witness]")
{
    Scene scene;
    Ledger today(scene.ledger.key, "another ");
    today.grow_to(GENERATE(3U, 4U, 900U));
    REQUIRE(scene.one.answer(today.asks(0).to_text())->response.status == 200);
    scene.grow_to(GENERATE(3U, 4U, 950U));
    CAPTURE(today.frontier.size(), scene.ledger.frontier.size());

    scene.turn(3);

    CHECK(scene.forks == std::vector<std::string>{"witness one.example"});
    CHECK_FALSE(scene.seen_by(scene.one));
    CHECK(scene.told.empty());
}

TEST_CASE("a refusal of another kind is an outage and no fork", "[witness]")
{
    Scene scene;
    const auto status = GENERATE(400, 403, 404, 409, 500, 503);
    scene.fake.answer = [&](const std::string& url, const std::string& body) {
        return url.starts_with("https://w1") ? with(status, "no size") : scene.two.answer(body);
    };
    scene.turn();
    CHECK(scene.told == std::vector<std::string>{"one.example down"});
    CHECK(scene.codes.front() == base::Errc::partner_unreachable);
    CHECK(scene.forks.empty());
}

TEST_CASE("a ledger's key is no witness's", "[witness]")
{
    Scene scene;
    const auto made = Cosigners::create(scene.io.get_executor(),
                                        {.store = *scene.fresh.store,
                                         .work = scene.pool,
                                         .client = scene.fake,
                                         .vkey = scene.ledger.vkey(),
                                         .cosigners = {{scene.ledger.vkey(), "https://w1"}},
                                         .interval = std::chrono::seconds(1),
                                         .alert = {},
                                         .forked = {}});
    REQUIRE_FALSE(made);
    CHECK(made.error().where == "witnesses[0]");
}
