#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/verify.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using contract::PostgresServer;
using gateway::app::LocalNode;

/// What node `name` of the database has for itself.
LocalNode node(const std::string& name, const std::string& url)
{
    return {name + ".toml", "data = \"data-" + name + "\"\nstore = \"" + url +
                                "\"\nledger_origin = \"puente.local/" + name +
                                "\"\nmaster_key = \"master.key\"\n"};
}

/// Verified with the anchors and the keys of both nodes' ledgers.
bool verifies(World& world, const std::string& tar)
{
    gateway::evidence::Trust trust{support::read_file(world.trust_folder() + "/root.pem"), {}};
    const auto key = gateway::crypto::PrivateKey::from_file(
        (world.folder() / "pki/gateway/ledger.key").string());
    for (const std::string name : {"a", "b"}) {
        trust.vkeys.push_back(gateway::evidence::verifier_key("puente.local/" + name, *key));
    }
    const auto report = gateway::evidence::verify(tar, trust);
    INFO(report.checks.back().file << " " << report.checks.back().name << " "
                                   << report.checks.back().detail);
    CHECK(report.ok());
    return report.ok();
}

}  // namespace

TEST_CASE("a gateway serves on PostgreSQL, and goes on with it after a restart", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    World world(node("a", PostgresServer::instance().fresh_url()));

    const auto first = world.post(world.sign(gateway::app::invented_adt(1)));
    REQUIRE(first.status == 201);
    world.local().end(SIGKILL);
    REQUIRE(world.local().start());

    CHECK(world.wait_for(id_of(first), "completed") == "completed");
    CHECK(world.post(world.sign(gateway::app::invented_adt(2))).status == 201);
    CHECK(verifies(world, world.evidence(id_of(first))));
}

TEST_CASE("of two nodes on one database one is killed: nothing is lost or delivered twice",
          "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    constexpr std::size_t kExchanges = 60;
    const auto url = PostgresServer::instance().fresh_url();
    World world(node("a", url));
    auto other = world.another(node("b", url));
    std::set<std::string> ids;
    for (std::size_t i = 0; i < kExchanges; ++i) {
        const auto answer = world.post(world.sign(gateway::app::invented_adt(10'000 + i)));
        REQUIRE(answer.status == 201);
        ids.insert(id_of(answer));
    }

    world.local().end(SIGKILL);  // what it has leased is in mid-claim
    const auto killed = world.turn_to(std::move(other));

    for (const auto& id : ids) {
        REQUIRE(world.wait_for(id, "completed") == "completed");
    }
    CHECK(world.received() == kExchanges);
    REQUIRE(killed->start());  // its ledger's last second waits for its checkpoint
    for (const auto& id : ids) {
        REQUIRE(verifies(world, world.evidence(id)));
    }
}

TEST_CASE("a node without the master key of its database is refused at start", "[postgres]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const auto url = PostgresServer::instance().fresh_url();
    World world(node("a", url));
    auto stranger = node("b", url);
    stranger.settings.replace(stranger.settings.find("master.key\""), 10, "other.key");

    CHECK_THROWS(world.another(stranger));
}
