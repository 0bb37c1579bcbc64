#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;

struct Kept {
    gateway::app::SignedRequest request;
    std::string receipt;
};

/// Sends one request after another until the gateway is gone; keeps what was acknowledged.
void send_until_killed(World& world, std::size_t& number, std::vector<Kept>& kept)
{
    try {
        for (;;) {
            auto request = world.sign(gateway::app::invented_adt(++number));
            const auto response = world.post(request);
            if (response.status == 201) {
                kept.push_back({std::move(request), response.body});
            }
        }
    } catch (const std::exception&) {
        // the connection broke: nothing was promised for this one
    }
}

}  // namespace

// Fifty rounds take minutes: run by tests/full.sh. Set PUENTE_KILLS for fewer.
TEST_CASE(
    "fifty times killed in the middle of sending: every receipt is found again, once, and "
    "delivered",
    "[.][kill]")
{
    World world;
    std::minstd_rand random{20261121};
    std::uniform_int_distribution<int> milliseconds(20, 400);
    const char* const given = std::getenv("PUENTE_KILLS");
    const int rounds = given == nullptr ? 50 : std::atoi(given);
    std::vector<Kept> kept;
    std::size_t number = 500'000;

    for (int round = 0; round < rounds; ++round) {
        std::thread sender([&] { send_until_killed(world, number, kept); });
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
        world.local().kill_only(SIGKILL);
        sender.join();
        world.local().end(SIGKILL);
        REQUIRE(world.local().start());
    }

    INFO(kept.size() << " receipts were given");
    REQUIRE(kept.size() > static_cast<std::size_t>(rounds));
    for (const auto& [request, receipt] : kept) {
        const auto again = world.post(world.sign_as(request.body, world.local().terms(), request));
        REQUIRE(again.status == 200);
        REQUIRE(again.body == receipt);
        const auto id = id_of(again);
        REQUIRE(world.wait_for(id, "completed") == "completed");
        REQUIRE(std::filesystem::exists(world.folder() / ("received/" + id + ".json")));
    }
}
