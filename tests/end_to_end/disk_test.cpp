#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_adt;

/// The disk of a world whose gateway was started with faults/disk.cpp.
class Disk {
public:
    Disk()
    {
        setenv("LD_PRELOAD", PUENTE_DISK_FAULTS, 1);
        setenv("PUENTE_DISK_FAULT", path_.c_str(), 1);
        world_ = std::make_unique<World>();
        unsetenv("LD_PRELOAD");
    }
    World& world() { return *world_; }
    void fail(std::string_view how) { std::ofstream(path_) << how; }
    void mend() { std::filesystem::remove(path_); }

private:
    support::TempDir folder_;
    std::string path_ = (folder_ / "fault").string();
    std::unique_ptr<World> world_;
};

}  // namespace

TEST_CASE("a full or failing disk gives no receipt, and all goes on when it is mended", "[disk]")
{
    Disk disk;
    auto& world = disk.world();
    const auto [fault, number] =
        GENERATE(table<std::string, std::size_t>({{"EIO", 940'000}, {"ENOSPC", 941'000}}));
    CAPTURE(fault);
    const auto before = world.post(world.sign(invented_adt(number)));
    REQUIRE(before.status == 201);

    disk.fail(fault);
    const auto request = world.sign(invented_adt(number + 1));
    const auto refused = world.post(request);
    INFO(refused.body);
    CHECK(refused.status == 503);
    CHECK(refused.body.find("PU-9001") != std::string::npos);
    const auto ack = world.over_mllp(invented_adt(number + 2));
    INFO(ack);
    CHECK(ack.find("\rMSA|CE|") != std::string::npos);
    CHECK(ack.find("PU-9001") != std::string::npos);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // a checkpoint fails as well
    disk.mend();

    const auto again = world.post(request);
    CHECK(again.status == 201);  // not 200: nothing of it was kept
    for (const auto& receipt : {before, again}) {
        CHECK(world.wait_for(id_of(receipt), "completed") == "completed");
        CHECK_FALSE(world.evidence(id_of(receipt)).empty());
    }
    world.local().end(SIGTERM);
    const auto checked = run(std::string(PUENTE_PROGRAM) + " store check --config " +
                             (world.folder() / "gateway.toml").string());
    INFO(checked.out);
    CHECK(checked.status == 0);
}

TEST_CASE("a log torn in the middle of a write that was not acknowledged loses nothing", "[disk]")
{
    World world;
    std::vector<std::string> kept;
    for (std::size_t number = 942'000; number < 942'005; ++number) {
        kept.push_back(id_of(world.post(world.sign(invented_adt(number)))));
    }
    world.local().end(SIGKILL);
    const auto log = world.folder() / "data/puente.db-wal";
    REQUIRE(std::filesystem::exists(log));
    std::ofstream(log, std::ios::binary | std::ios::app) << std::string(3000, '\x5a');

    REQUIRE(world.local().start());

    for (const auto& id : kept) {
        CHECK(world.wait_for(id, "completed") == "completed");
    }
}
