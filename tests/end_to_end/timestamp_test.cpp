#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"
#include "tests/support/tsa.hpp"

namespace {

using namespace end_to_end;
using namespace std::chrono_literals;

struct Stamped {
    support::TempDir folder;
    support::Tsa tsa{folder.path() / "tsa"};
    World world{{"stamped.toml",
                 "timestamp_url = \"" + tsa.url() + "\"\ntimestamp_anchors = \"" + tsa.root_file() +
                     "\"\ntimestamp_policy = \"1.2.3.4.5\"\ntimestamp_interval_s = 1\n"
                     "timestamp_stop_after_s = 3\n"}};
};

gateway::net::Response post(World& world, std::size_t number)
{
    return world.post(world.sign(gateway::app::invented_adt(number)));
}

/// Waits at most 20 s until a new exchange is answered so.
int wait_for_status(World& world, int status)
{
    int seen = 0;
    for (std::size_t i = 0; i < 100 && seen != status; ++i) {
        seen = post(world, 920'100 + i).status;
        std::this_thread::sleep_for(200ms);
    }
    return seen;
}

}  // namespace

TEST_CASE("evidence carries a time-stamp of the ledger's checkpoint that both verifiers check",
          "[end_to_end][timestamp]")
{
    Stamped stamped;
    auto& world = stamped.world;
    const auto id = id_of(post(world, 920'001));
    REQUIRE(world.wait_for(id, "completed") == "completed");
    const auto tar = world.evidence_with(id, "timestamp-completion.tst");
    REQUIRE(tar.find("timestamp.tst") != std::string::npos);
    const auto folder = (world.folder() / "evidence").string();
    std::filesystem::create_directory(folder);
    std::ofstream(folder + ".tar", std::ios::binary) << tar;
    const auto puente = std::string(PUENTE_PROGRAM) + " verify --trust " + world.trust_folder() +
                        " " + folder + ".tar";
    const auto script = "tar -xf " + folder + ".tar -C " + folder + " && bash " + folder +
                        "/verify.sh " + world.trust_folder() + " " + folder;

    CHECK(run(puente).status != 0);  // nobody brought its anchor
    CHECK(run(script).status != 0);
    std::filesystem::copy_file(stamped.tsa.root_file(), world.trust_folder() + "/tsa.pem");
    for (const auto& command : {puente, script}) {
        const auto ran = run(command);
        INFO(ran.out);
        CHECK(ran.status == 0);
        CHECK(ran.out.find("time-stamp of the checkpoint") != std::string::npos);
    }
}

TEST_CASE(
    "while no token comes nothing new is taken, what is under way goes on, and one token ends it",
    "[end_to_end][timestamp]")
{
    Stamped stamped;
    auto& world = stamped.world;
    stamped.tsa.go_away();
    const auto first = post(world, 920'002);
    REQUIRE(first.status == 201);  // an outage does not stop at once

    CHECK(wait_for_status(world, 503) == 503);
    const auto refused = post(world, 920'003);
    CHECK(refused.status == 503);
    CHECK(refused.body.find("timestamp") != std::string::npos);
    CHECK(world.wait_for(id_of(first), "completed") == "completed");

    stamped.tsa.come_back();
    CHECK(wait_for_status(world, 201) == 201);
    CHECK_FALSE(world.evidence_with(id_of(first), "timestamp.tst").empty());
}
