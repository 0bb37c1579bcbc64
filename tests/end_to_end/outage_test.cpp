#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;

std::string outage_line(World& world)
{
    return metric_line(world, "puente_partner_outage{");
}

/// Waits at most 20 s until the line of the gauge ends so; what it is then.
std::string wait_for_line(World& world, std::string_view ending)
{
    std::string line;
    for (int i = 0; i < 200 && !line.ends_with(ending); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        line = outage_line(world);
    }
    return line;
}

/// Speaks from now on with a gateway whose receiver is on a port that nobody listens on: which.
std::uint16_t turn_away(World& world, const std::string& settings)
{
    const auto port = free_port();
    auto node = app::LocalWorld::make(
        port, world.folder().path().string(), PUENTE_PROGRAM,
        {"away.toml", "data = \"away\"\nledger_origin = \"puente.local/away\"\n" + settings});
    REQUIRE(node);
    world.turn_to(*std::move(node));
    return port;
}

/// The receiver listens there.
void come_back(World& world, app::ReceivingEnd& end, std::uint16_t port)
{
    const auto root = world.folder().path().string();
    const auto party = app::local_party(root, app::kReceiverName);
    const auto certificate =
        gateway::crypto::Certificate::from_file(root + "/pki/gateway/signing.pem");
    REQUIRE(party);
    REQUIRE(certificate);
    REQUIRE(end.start(*party, {*certificate}, root + "/late", port));
}

}  // namespace

TEST_CASE("a partner's outage shows from its first failure to the delivery that ends it",
          "[end_to_end][outage]")
{
    World world;
    const auto port = turn_away(world, "delivery_longest_wait_s = 1\n");
    CHECK(outage_line(world).empty());

    const auto id = id_of(world.post(world.sign(app::invented_adt(1))));
    CHECK(wait_for_line(world, " 1") ==
          "puente_partner_outage{partner=\"urn:puente:institution:receptor\"} 1");

    app::ReceivingEnd end;
    come_back(world, end, port);
    CHECK(world.wait_for(id, "completed") == "completed");
    CHECK(wait_for_line(world, " 0") ==
          "puente_partner_outage{partner=\"urn:puente:institution:receptor\"} 0");
}

TEST_CASE("what died in an outage is handed over again when its sender asks, and says why",
          "[end_to_end][outage]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world;
    const auto port = turn_away(
        world, "delivery_attempts = 1\n" + (store.empty() ? store : "store = \"" + store + "\"\n"));
    const auto id = id_of(world.post(world.sign(app::invented_adt(3))));
    REQUIRE(world.wait_for(id, "dead") == "dead");
    const auto path = "/exchanges/" + id + "/replay";
    const gateway::net::Headers why{{"exchange-purpose", "TREAT"},
                                    {"exchange-justification", "el receptor volvió"}};
    CHECK(world.as_sender("POST", path).status == 403);
    CHECK(world.as_receiver("POST", path, why).status == 404);
    CHECK(world.as_auditor("POST", path, why).status == 404);

    app::ReceivingEnd end;
    come_back(world, end, port);
    const auto asked = world.as_sender("POST", path, why);
    INFO(asked.body);
    CHECK(asked.status == 202);
    CHECK(world.wait_for(id, "completed") == "completed");
    CHECK(world.as_sender("POST", path, why).status == 404);

    world.local().end(SIGTERM);
    const auto checked = run(std::string(PUENTE_PROGRAM) + " store check --config " +
                             (world.folder() / "away.toml").string());
    INFO(checked.out);
    CHECK(checked.status == 0);
}
