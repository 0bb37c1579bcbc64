#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/store/sqlite/connection.hpp"
#include "tests/end_to_end/fhir_client.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;

const std::string kProgram = std::string(PUENTE_PROGRAM) + " ";

/// An order about an exchange, given by the office that `who` is.
Outcome order(World& world, const std::string& verb, const std::string& id, std::string_view who,
              const std::string& number = "AMP-118/2026")
{
    const auto pki = (world.folder() / "pki").string();
    const auto stem = pki + "/institutions/" + std::string(who);
    return run(kProgram + "exchange " + verb + " " + id + " --url " + world.local().terms().url +
               " --key " + stem + "/tls.key --cert " + stem + "/tls.pem --ca " + pki +
               "/ca/root.pem --number '" + number +
               "' --authority 'Juzgado Quinto de Distrito' --reason 'Juicio de amparo'");
}

Outcome verified(World& world, const std::string& evidence)
{
    const auto tar = (world.folder() / "evidence.tar").string();
    std::ofstream(tar, std::ios::binary) << evidence;
    return run(kProgram + "verify --trust " + world.trust_folder() + " " + tar);
}

std::size_t lines(const std::string& text, const std::string& with)
{
    std::size_t found = 0;
    for (auto at = text.find(with); at != std::string::npos; at = text.find(with, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

TEST_CASE("what an authority holds cannot be erased; what is erased leaves its evidence alone",
          "[end_to_end][retention]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world(app::LocalNode::on(store));
    const auto id = id_of(world.post(world.sign(app::invented_adt(951'001))));
    const auto other = id_of(world.post(world.sign(app::invented_adt(951'002))));
    REQUIRE(world.wait_for(id, "completed") == "completed");
    REQUIRE(world.wait_for(other, "completed") == "completed");
    const auto read = [&](std::size_t person) {
        return ids_of(world.as_receiver("GET", by_curp(app::invented_curp(person)), why()).body);
    };
    REQUIRE(read(951'001).size() == 1);

    const auto stranger = order(world, "hold", id, app::kReceiverName);
    CHECK(stranger.status != 0);
    CHECK(stranger.out.find("PU-4013") != std::string::npos);
    const auto held = order(world, "hold", id, app::kAuditorName);
    INFO(held.out);
    REQUIRE(held.status == 0);
    CHECK(held.out.find("\"number\":\"AMP-118/2026\"") != std::string::npos);
    const auto refused = order(world, "erase", id, app::kAuditorName, "ARCO-9");
    CHECK(refused.status != 0);
    CHECK(refused.out.find("PU-4021") != std::string::npos);
    CHECK(read(951'001).size() == 1);
    CHECK(order(world, "release", id, app::kAuditorName, "AMP-119/2026").status != 0);
    CHECK(order(world, "release", id, app::kAuditorName).status == 0);
    const auto erased = order(world, "erase", id, app::kAuditorName, "ARCO-9");
    INFO(erased.out);
    REQUIRE(erased.status == 0);
    CHECK(order(world, "erase", id, app::kAuditorName, "ARCO-9").status != 0);
    const auto late = order(world, "hold", id, app::kAuditorName, "AMP-120/2026");
    CHECK(late.status != 0);
    CHECK(late.out.find("payload, erased 20") != std::string::npos);

    CHECK(read(951'001).empty());
    CHECK(read(951'002).size() == 1);
    CHECK(world.as_receiver("GET", "/exchanges/" + id + "/payload", why()).status == 404);
    const auto evidence = verified(world, world.evidence(id));
    INFO(evidence.out);
    CHECK(evidence.status == 0);
    const auto audit =
        world.as_auditor("GET", "/fhir/AuditEvent?event=administered&exchange=" + id, why()).body;
    check_valid(audit);
    for (const std::string entity : {"hold AMP-118/2026, Juzgado Quinto de Distrito",
                                     "release AMP-118/2026, Juzgado", "erase ARCO-9, Juzgado"}) {
        CAPTURE(entity);
        CHECK(audit.find(entity) != std::string::npos);
    }

    world.local().end(SIGTERM);
    const auto config = " --config " + (world.folder() / "gateway.toml").string();
    const auto checked = run(kProgram + "store check" + config);
    INFO(checked.out);
    CHECK(checked.status == 0);
    const auto later =
        run(kProgram + "store retain" + config + " --dry-run --at 2040-01-01T00:00:00Z");
    INFO(later.out);
    CHECK(later.status == 0);
    CHECK(lines(later.out, other) == 1);
    CHECK(lines(later.out, id) == 0);
    CHECK(lines(later.out, "1 past their term, 0 erased") == 1);
    CHECK(run(kProgram + "store retain" + config + " --at 2040-01-01T00:00:00Z").status != 0);
    CHECK(lines(run(kProgram + "store retain" + config).out, "0 past their term") == 1);
}

TEST_CASE("the gateway erases by itself what has served its term", "[end_to_end][retention]")
{
    World world;
    const auto root = world.folder().path().string();
    auto text = support::read_file(root + "/agreements/bench.json");
    const std::string keep = "\"at_end\":\"keep\"";
    REQUIRE(text.find(keep) != std::string::npos);
    text.replace(text.find(keep), keep.size(), "\"at_end\":\"destroy\"");
    agree(root, text);
    auto node = app::LocalWorld::make(
        1, root, PUENTE_PROGRAM,
        {"old.toml", "data = \"old\"\nledger_origin = \"puente.local/old\"\n"});
    REQUIRE(node);
    world.turn_to(*std::move(node));
    const auto id = id_of(world.post(world.sign(app::invented_adt(951'003))));
    const auto young = id_of(world.post(world.sign(app::invented_adt(951'004))));
    world.local().end(SIGTERM);
    const std::string aged = "01600000" + id.substr(8);  // received in 2018
    {
        auto database =
            gateway::store::sqlite::Connection::open(
                root + "/old/puente.db", gateway::store::sqlite::Connection::Mode::write)
                .value();
        REQUIRE(database.execute("update exchange set id = '" + aged +
                                 "', received = 1511000000000000 where id = '" + id +
                                 "'; update served_record set updated = 1511000000000000"
                                 " where exchange = (select n from exchange where id = '" +
                                 aged + "')"));
    }

    REQUIRE(world.local().start());

    const auto payload = [&](const std::string& exchange) {
        return world.as_receiver("GET", "/exchanges/" + exchange + "/payload", why()).status;
    };
    for (int i = 0; i < 100 && payload(aged) != 404; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    CHECK(payload(aged) == 404);
    CHECK(payload(young) == 200);
    CHECK(world.as_auditor("GET", "/fhir/AuditEvent?event=administered&exchange=" + aged, why())
              .body.find("erase: retention") != std::string::npos);
}
