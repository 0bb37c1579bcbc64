#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "gateway/app/bench.hpp"
#include "gateway/store/sqlite/connection.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using contract::PostgresServer;
using gateway::app::LocalWorld;

constexpr std::uint16_t kNobody = 1;  ///< a port that is not listened on
const std::string kSettings = "data = \"data\"\ndelivery_longest_wait_s = 1\n";

Outcome puente(World& world, const std::string& command, const std::string& config,
               const std::string& rest = {})
{
    return run(std::string(PUENTE_PROGRAM) + " store " + command + " --config " +
               (world.folder() / config).string() + " " + rest);
}

/// What `verify` says of it, check by check.
std::string verified(World& world, const std::string& tar)
{
    const auto file = (world.folder() / "evidence.tar").string();
    std::ofstream(file, std::ios::binary) << tar;
    const auto said =
        run(std::string(PUENTE_PROGRAM) + " verify --trust " + world.trust_folder() + " " + file);
    INFO(said.out);
    CHECK(said.status == 0);
    return said.out;
}

}  // namespace

TEST_CASE("a node moves to PostgreSQL: same evidence, same ledger, and what waited goes out once",
          "[postgres][move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    World world;
    const auto first = id_of(world.post(world.sign(gateway::app::invented_adt(960'001))));
    REQUIRE(world.wait_for(first, "completed") == "completed");
    const auto evidence = verified(world, world.evidence(first));
    world.local().end(SIGTERM);
    world.turn_to(LocalWorld::make(kNobody, world.folder().path().string(), PUENTE_PROGRAM,
                                   {"away.toml", kSettings})
                      .value());
    const auto request = world.sign(gateway::app::invented_adt(960'002));
    const auto receipt = world.post(request);
    REQUIRE(receipt.status == 201);
    const auto settings =
        kSettings + "store = \"" + PostgresServer::instance().fresh_url() + "\"\n";
    const auto config = support::read_file((world.folder() / "away.toml").string());
    std::ofstream(world.folder() / "moved.toml") << settings << config.substr(kSettings.size());
    const auto source = (world.folder() / "data/puente.db").string();

    CHECK(puente(world, "move", "moved.toml", source).status != 0);  // the gateway works on it
    world.local().end(SIGTERM);
    const auto moved = puente(world, "move", "moved.toml", source);
    INFO(moved.out);
    REQUIRE(moved.status == 0);
    CHECK(moved.out.ends_with(" rows moved\n"));

    CHECK_FALSE(world.local().start());  // two histories of one ledger
    CHECK(puente(world, "check", "away.toml").out.find("store, moved to PostgreSQL") !=
          std::string::npos);
    const auto checked = puente(world, "check", "moved.toml");
    INFO(checked.out);
    CHECK(checked.out.find("2 exchanges, 0 faults") != std::string::npos);

    world.turn_to(world.another({"moved.toml", settings}));
    CHECK(world.wait_for(id_of(receipt), "completed") == "completed");
    CHECK(world.received() == 2);
    CHECK(verified(world, world.evidence(first)) == evidence);
    CHECK(world.post(request).body == receipt.body);
    const auto next = id_of(world.post(world.sign(gateway::app::invented_adt(960'003))));
    REQUIRE(world.wait_for(next, "completed") == "completed");
    for (const auto& id : {id_of(receipt), next}) {
        verified(world, world.evidence(id));
    }
    world.local().end(SIGTERM);
    const auto after = puente(world, "check", "moved.toml");
    INFO(after.out);
    CHECK(after.out.find("3 exchanges, 0 faults") != std::string::npos);
}

TEST_CASE("a store with a fault, or without its anchor, is not moved", "[postgres][move]")
{
    if (!PostgresServer::available()) {
        return;
    }
    World world;
    const auto id = id_of(world.post(world.sign(gateway::app::invented_adt(960'101))));
    REQUIRE(world.wait_for(id, "completed") == "completed");
    world.evidence(id);
    world.local().end(SIGTERM);
    const auto config = support::read_file((world.folder() / "gateway.toml").string());
    std::ofstream(world.folder() / "moved.toml")
        << "store = \"" << PostgresServer::instance().fresh_url() << "\"\n"
        << config;
    const auto source = (world.folder() / "data/puente.db").string();
    const auto anchor = (world.folder() / "data/anchor").string();

    std::filesystem::rename(anchor, anchor + ".away");
    const auto lost = puente(world, "move", "moved.toml", source);
    INFO(lost.out);
    CHECK(lost.status != 0);
    CHECK(lost.out.find("data/anchor") != std::string::npos);
    std::filesystem::rename(anchor + ".away", anchor);

    {
        auto database = gateway::store::sqlite::Connection::open(
                            source, gateway::store::sqlite::Connection::Mode::write)
                            .value();
        REQUIRE(database.execute("update exchange set purpose = 'HRESCH'"));
    }
    const auto faulty = puente(world, "move", "moved.toml", source);
    INFO(faulty.out);
    CHECK(faulty.status != 0);
    CHECK(faulty.out.find("exchange " + id + ", purpose") != std::string::npos);
    CHECK(world.local().start());
}
