#include "gateway/attest/witness.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

#include "gateway/evidence/cosignature.hpp"
#include "ledger.hpp"
#include "tests/contract/engines.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::attest;
using namespace attest_test;
namespace evidence = gateway::evidence;

namespace {

const std::string kName = "puente.example/ledger-2";

/// A witness of one ledger, and that ledger.
struct Scene {
    explicit Scene(const contract::Engine& engine) : fresh(engine) { ledger.grow_to(5); }

    [[nodiscard]] WitnessAnswer ask(const evidence::AddCheckpoint& request) const
    {
        return witness.add_checkpoint(request.to_text(), support::kNow).value();
    }

    contract::Fresh fresh;
    Ledger ledger{fresh_key()};
    Witness witness = Witness::create(*fresh.store, fresh_key(), kName, {ledger.vkey()}).value();
};

}  // namespace

TEST_CASE("a ledger that only grows is cosigned each time, and again when it did not", "[witness]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Scene scene(engine);

    std::uint64_t from = 0;
    for (const std::uint64_t size : {5U, 5U, 6U, 300U, 70'000U}) {
        scene.ledger.grow_to(size);
        const auto answer = scene.ask(scene.ledger.asks(from));
        CAPTURE(size);
        REQUIRE(answer.status == 200);
        const auto when =
            evidence::cosigned_at(scene.ledger.note() + answer.body, scene.witness.vkey());
        REQUIRE((when && *when));
        CHECK((*when)->microseconds == support::kNow.microseconds);
        from = size;
    }
}

TEST_CASE("a ledger that was put back to an earlier day is told how far it was", "[witness]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Scene scene(engine);
    auto yesterday = scene.ledger;
    scene.ledger.grow_to(9);
    REQUIRE(scene.ask(scene.ledger.asks(0)).status == 200);

    const auto answer = scene.ask(yesterday.asks(0));

    CHECK(answer.status == 409);
    CHECK(answer.verdict == Verdict::moved);
    CHECK(answer.body == "9\n");
    yesterday.history = "another";
    yesterday.grow_to(12);
    const auto grown = scene.ask(yesterday.asks(9));
    CHECK(grown.status == 422);
    CHECK(grown.verdict == Verdict::forked);
    CHECK(grown.forked.starts_with(kOrigin + " 12 "));
    CHECK(scene.ask(scene.ledger.asks(9)).status == 200);  // the fork left no trace
}

TEST_CASE("another history of the same size is a fork", "[witness]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Scene scene(engine);
    REQUIRE(scene.ask(scene.ledger.asks(0)).status == 200);
    Ledger fork(scene.ledger.key, "another");
    fork.grow_to(5);

    const auto answer = scene.ask(fork.asks(5));

    CHECK(answer.status == 409);
    CHECK(answer.verdict == Verdict::forked);
    CHECK(answer.body == "5\n");
}

TEST_CASE("of two histories that ask at once one is cosigned", "[witness]")
{
    const auto engine = GENERATE(from_range(contract::engines()));
    CAPTURE(engine.name);
    Scene scene(engine);
    REQUIRE(scene.ask(scene.ledger.asks(0)).status == 200);
    std::vector<std::string> bodies;
    for (int fork = 0; fork < 8; ++fork) {
        auto grown = scene.ledger;
        grown.history = std::to_string(fork) + "-";
        grown.grow_to(9);
        bodies.push_back(grown.asks(5).to_text());
    }
    std::atomic<int> cosigned = 0;
    std::atomic<int> others = 0;
    std::vector<std::thread> threads;
    for (const auto& body : bodies) {
        threads.emplace_back([&scene, &cosigned, &others, &body] {
            const auto answer = scene.witness.add_checkpoint(body, support::kNow);
            cosigned += answer && answer->status == 200 ? 1 : 0;
            others += answer && answer->status == 409 && answer->body == "9\n" ? 1 : 0;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK(cosigned == 1);
    CHECK(others == 7);
}

TEST_CASE("what C2SP says of every bad request is answered", "[witness]")
{
    Scene scene(contract::sqlite());
    REQUIRE(scene.ask(scene.ledger.asks(0)).status == 200);
    scene.ledger.grow_to(8);
    auto request = scene.ledger.asks(5);
    int status = 0;
    SECTION("no request at all")
    {
        const auto answer = scene.witness.add_checkpoint("old", support::kNow).value();
        CHECK(answer.status == 400);
        return;
    }
    SECTION("a note cut short")
    {
        request.checkpoint.resize(request.checkpoint.size() - 3);
        status = 400;
    }
    SECTION("a note without signatures")
    {
        request.checkpoint.resize(request.checkpoint.find("\n\n") + 2);
        status = 403;
    }
    SECTION("a signature by another key")
    {
        Ledger other(fresh_key());
        other.grow_to(8);
        request.checkpoint = other.note();
        status = 403;
    }
    SECTION("a signature of other bytes")
    {
        request.checkpoint.replace(request.checkpoint.find("\n8\n"), 3, "\n9\n");
        status = 403;
    }
    SECTION("a ledger nobody named")
    {
        request.checkpoint =
            evidence::sign_checkpoint({"puente.example/ledger-9", 8, {}}, scene.ledger.key).value();
        status = 404;
    }
    SECTION("an old size beyond the checkpoint")
    {
        request.old_size = 9;
        status = 400;
    }
    SECTION("an old size that is not the last one cosigned")
    {
        request.old_size = 4;
        status = 409;
    }
    SECTION("no proof")
    {
        request.proof.clear();
        status = 422;
    }
    SECTION("a proof with one hash more")
    {
        request.proof.push_back(base::sha256("more"));
        status = 422;
    }
    SECTION("a proof of something else")
    {
        request.proof.front() = base::sha256("else");
        status = 422;
    }

    CHECK(scene.ask(request).status == status);
    CHECK(scene.ask(scene.ledger.asks(5)).status == 200);  // nothing was kept of it
}

TEST_CASE("a proof before anything was cosigned is refused", "[witness]")
{
    Scene scene(contract::sqlite());
    auto request = scene.ledger.asks(0);
    request.proof.push_back(base::sha256("x"));
    CHECK(scene.ask(request).status == 422);
}

TEST_CASE("what is no key of a ledger is named where it stands", "[witness]")
{
    Scene scene(contract::sqlite());
    const auto made = Witness::create(*scene.fresh.store, fresh_key(), kName,
                                      {scene.ledger.vkey(), scene.witness.vkey()});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == base::Errc::unusable_key);
    CHECK(made.error().where == "witnessed_ledgers[1]");
}
