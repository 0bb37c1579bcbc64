#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
namespace fs = std::filesystem;

gateway::app::LocalNode watching(const std::string& store = {})
{
    auto node = gateway::app::LocalNode::on(store);
    node.folder = "intake";
    return node;
}

/// As an institution does it: written elsewhere, moved in.
void move_in(World& world, const std::string& name, const std::string& bytes)
{
    const auto beside = world.folder() / ("intake/" + name + ".part");
    fs::create_directories(beside.parent_path());
    std::ofstream(beside, std::ios::binary) << bytes;
    fs::last_write_time(beside, fs::last_write_time(beside) - std::chrono::minutes(1));
    fs::rename(beside, world.folder() / ("intake/" + name));
}

/// Waits (at most 60 s) until there is such a file in the folder; its bytes.
std::string wait_for_file(World& world, const std::string& name)
{
    const auto path = world.folder() / ("intake/" + name);
    for (int i = 0; i < 300 && !fs::exists(path); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    INFO(name);
    REQUIRE(fs::exists(path));
    return support::read_file(path);
}

/// Of a receipt that this gateway signed.
gateway::evidence::ReceiptClaims claims_of(World& world, const std::string& receipt)
{
    const auto token = gateway::crypto::read_jws(receipt, gateway::evidence::kReceiptTyp);
    REQUIRE(token);
    const auto signer = gateway::crypto::Certificate::from_file(
        (world.folder() / "pki/gateway/signing.pem").string());
    REQUIRE(signer);
    const auto payload = gateway::crypto::verify_jws(*token, *signer);
    REQUIRE(payload);
    auto claims = gateway::evidence::ReceiptClaims::from(payload->root());
    REQUIRE(claims);
    return *std::move(claims);
}

}  // namespace

TEST_CASE("a file moved into a watched folder is an exchange, and its receipt says nobody signed",
          "[end_to_end][folder]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world(watching(store));
    const auto message = gateway::app::invented_adt(910'001);
    move_in(world, "a.hl7", message);

    CHECK(wait_for_file(world, "done/a.hl7") == message);
    const auto receipt = wait_for_file(world, "done/a.hl7.receipt.jws");
    const auto claims = claims_of(world, receipt);
    CHECK(claims.evt == "accepted");
    CHECK_FALSE(claims.nro);
    CHECK(claims.transport == "route:folder");
    CHECK(claims.env == "test");
    CHECK(world.wait_for(claims.exch, "completed") == "completed");
    CHECK_FALSE(fs::exists(world.folder() / "intake/a.hl7"));

    move_in(world, "otra-vez.hl7", message);  // the same bytes under another name
    wait_for_file(world, "done/otra-vez.hl7");
    CHECK(wait_for_file(world, "done/otra-vez.hl7.receipt.jws") == receipt);
    CHECK(world.exchanges() == 1);
}

TEST_CASE("bad files are refused with their reasons and hold no other file back",
          "[end_to_end][folder]")
{
    World world(watching());
    move_in(world, "1-nada.bin", "\x01\x02 no es un mensaje");
    move_in(world, "2-sin-fin.hl7", "MSH|^~\\&|X|Y|Z|W|20260101||ADT^A01^ADT_A01|1|P|2.5.1\r");
    std::ofstream(world.folder() / "intake/3-a-medias.hl7.part") << "MSH|";
    move_in(world, "4-bien.hl7", gateway::app::invented_adt(910'002));

    CHECK(claims_of(world, wait_for_file(world, "done/4-bien.hl7.receipt.jws")).evt == "accepted");
    for (const std::string name : {"1-nada.bin", "2-sin-fin.hl7"}) {
        wait_for_file(world, "refused/" + name);
        const auto outcome = wait_for_file(world, "refused/" + name + ".outcome.json");
        CHECK(member(outcome, "resourceType") == "OperationOutcome");
        CHECK(outcome.find("PU-") != std::string::npos);
        const auto claims =
            claims_of(world, wait_for_file(world, "refused/" + name + ".receipt.jws"));
        CHECK(claims.evt == "rejected");
    }
    CHECK(fs::exists(world.folder() / "intake/3-a-medias.hl7.part"));

    // Put in again, it is judged again: what it lacked may be there now.
    const auto first = support::read_file(world.folder() / "intake/refused/1-nada.bin.receipt.jws");
    fs::rename(world.folder() / "intake/refused/1-nada.bin", world.folder() / "intake/1-nada.bin");
    const auto second = wait_for_file(world, "refused/1-nada.bin~2.receipt.jws");
    CHECK(second != first);
}

TEST_CASE("killed while it empties a folder: every file is one exchange, and none is left behind",
          "[end_to_end][folder]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world(watching(store));
    constexpr std::size_t kFiles = 60;
    for (std::size_t i = 0; i < kFiles; ++i) {
        move_in(world, "m" + std::to_string(i) + ".hl7", gateway::app::invented_adt(920'000 + i));
    }
    for (int round = 0; round < 4; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(550 + 60 * round));
        world.local().end(SIGKILL);
        REQUIRE(world.local().start());
    }
    for (std::size_t i = 0; i < kFiles; ++i) {
        wait_for_file(world, "done/m" + std::to_string(i) + ".hl7");
        CHECK(fs::exists(world.folder() /
                         ("intake/done/m" + std::to_string(i) + ".hl7.receipt.jws")));
    }
    CHECK(world.exchanges() == kFiles);
}

TEST_CASE("a GIIS file in a watched folder is a load: its receipt stands beside it at its close",
          "[end_to_end][folder]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world(watching(store));
    auto file = gateway::app::invented_b015_columns();
    for (std::size_t i = 0; i < 400; ++i) {
        file += gateway::app::invented_b015(i);
    }
    move_in(world, "SIS-B015.txt", file);

    const auto claims = claims_of(world, wait_for_file(world, "done/SIS-B015.txt.receipt.jws"));
    wait_for_file(world, "done/SIS-B015.txt");
    CHECK(claims.evt == "accepted");
    CHECK(claims.records == 400);
    CHECK_FALSE(claims.nro);
    CHECK(world.exchanges() == 1);
}
