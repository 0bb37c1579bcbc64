#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/package.hpp"
#include "gateway/evidence/verify.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_b015;

/// One GIIS-B015 file: visits [first, last) but those left out, the first `changed` with another
/// weight.
std::string file_of(std::size_t first, std::size_t last, unsigned changed = 0)
{
    auto file = gateway::app::invented_b015_columns();
    for (auto i = first; i < last; ++i) {
        file += invented_b015(i, i < first + changed ? 81 : 70);
    }
    return file;
}

/// Sends a load and waits for its end; the exchange.
std::string send_load(World& world, std::string file)
{
    const auto answer = world.post(world.sign(std::move(file)));
    INFO(answer.body.substr(0, 600));
    REQUIRE(answer.status == 202);
    auto id = id_of(answer);
    for (int i = 0; i < 600; ++i) {
        if (world.as_sender("GET", "/exchanges/" + id + "/receipt").status == 200) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return id;
}

std::string state_of(World& world, const std::string& id)
{
    return member(world.as_sender("GET", "/exchanges/" + id).body, "state");
}

std::string document_of(World& world, const std::string& id, std::string_view name)
{
    const auto files = gateway::evidence::unpack(world.evidence(id));
    REQUIRE(files);
    for (const auto& file : *files) {
        if (file.name == name) {
            return file.bytes;
        }
    }
    return {};
}

/// "new 3, changed 0 …" of the reconciliation report.
std::string counts(World& world, const std::string& id)
{
    const auto report = fhir::r4::read_json(document_of(world, id, "load.json"));
    REQUIRE(report);
    std::string text;
    for (const auto* name : {"new", "changed", "unchanged", "refused", "withdrawn"}) {
        const auto* node = report->root().find(name);
        REQUIRE(node != nullptr);
        text += std::string(name) + " " + std::string(node->text) + " ";
    }
    return text;
}

std::string delivered(World& world, const std::string& id)
{
    REQUIRE(world.wait_for(id, "completed") == "completed");
    const auto file = world.folder() / ("received/" + id + ".ndjson");
    return std::filesystem::exists(file) ? support::read_file(file) : std::string{};
}

std::size_t count(std::string_view text, std::string_view what)
{
    std::size_t times = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        ++times;
    }
    return times;
}

bool verifies(World& world, const std::string& id)
{
    gateway::evidence::Trust trust{support::read_file(world.trust_folder() + "/root.pem"),
                                   {support::read_file(world.trust_folder() + "/ledger.vkey")}};
    trust.vkeys.front().pop_back();
    const auto report = gateway::evidence::verify(world.evidence(id), trust);
    INFO(report.checks.back().file << " " << report.checks.back().name);
    CHECK(report.ok());
    return report.ok();
}

}  // namespace

TEST_CASE("of each month's load only what differs is delivered", "[loads]")
{
    World world;

    const auto january = send_load(world, file_of(0, 600));
    CHECK(counts(world, january) == "new 600 changed 0 unchanged 0 refused 0 withdrawn 0 ");
    CHECK(count(delivered(world, january), "\n") == 600);
    CHECK(verifies(world, january));

    // Visits 0-2 are not reported any more, 3-7 with another weight, 600-609 for the first time.
    const auto february = send_load(world, file_of(3, 610, 5));
    CHECK(counts(world, february) == "new 10 changed 5 unchanged 592 refused 0 withdrawn 3 ");
    const auto differences = delivered(world, february);
    CHECK(count(differences, "\n") == 18);
    CHECK(count(differences, R"("resourceType":"Encounter","id":)") == 18);
    std::size_t withdrawn = 0;
    for (std::size_t at = 0; at < differences.size(); at = differences.find('\n', at) + 1) {
        const auto bundle =
            fhir::r4::read_json(differences.substr(at, differences.find('\n', at) - at));
        REQUIRE(bundle);
        for (const auto& entry : *bundle->root().find("entry")) {
            const auto& resource = *entry.find("resource");
            withdrawn += resource.text_of("resourceType") == "Encounter" &&
                                 resource.text_of("status") == "entered-in-error"
                             ? 1U
                             : 0U;
        }
    }
    CHECK(withdrawn == 3);
    CHECK(verifies(world, february));

    const auto before = world.received();
    const auto march = send_load(world, file_of(3, 610, 5));
    CHECK(counts(world, march) == "new 0 changed 0 unchanged 607 refused 0 withdrawn 0 ");
    CHECK(state_of(world, march) == "completed");
    CHECK(world.received() == before);
    CHECK(verifies(world, march));
}

TEST_CASE("every record of a load has a proof under the receipt's root", "[loads]")
{
    World world;
    const auto id = send_load(world, file_of(0, 300));
    const auto records = document_of(world, id, "records.ndjson");
    std::size_t begin = 0;
    for (int i = 0; i < 270; ++i) {
        begin = records.find('\n', begin) + 1;
    }
    const auto line = records.substr(begin, records.find('\n', begin) - begin);

    const auto answer = world.as_sender("GET", "/exchanges/" + id + "/records/271");

    REQUIRE(answer.status == 200);
    const auto proof = fhir::r4::read_json(answer.body);
    REQUIRE(proof);
    CHECK(proof->root().text_of("line") == line);
    std::vector<base::Digest> hashes;
    for (const auto& hash : *proof->root().find("hashes")) {
        const auto bytes = base::from_base64(hash.text).value();
        std::copy(bytes.begin(), bytes.end(), hashes.emplace_back().begin());
    }
    const auto root = std::string(proof->root().text_of("root"));
    base::Digest digest{};
    const auto raw = base::from_base64url(root.substr(root.find(':') + 1)).value();
    std::copy(raw.begin(), raw.end(), digest.begin());
    const auto leaf = gateway::evidence::leaf_hash(line);
    CHECK(gateway::evidence::verify_inclusion(270, 300, leaf, hashes, digest));
    const auto receipt = document_of(world, id, "receipt.jws");
    const auto claims = base::from_base64url(
        receipt.substr(receipt.find('.') + 1, receipt.rfind('.') - receipt.find('.') - 1));
    CHECK(claims.value().find(root) != std::string::npos);
    CHECK(world.as_sender("GET", "/exchanges/" + id + "/records/301").status == 404);
}

TEST_CASE("a refused row is not taken for withdrawn, nor is any other while nothing names it",
          "[loads]")
{
    World world;
    const auto first = send_load(world, file_of(0, 10));
    REQUIRE(state_of(world, first) != "rejected");
    auto second = file_of(1, 10);
    second += "OCIMB999991|a row cut short\n";

    const auto id = send_load(world, second);

    CHECK(counts(world, id) == "new 0 changed 0 unchanged 9 refused 1 withdrawn 0 ");
    CHECK(document_of(world, id, "load.json").find("\"nameless\":1") != std::string::npos);
    const auto third = send_load(world, file_of(1, 10));
    CHECK(counts(world, third) == "new 0 changed 0 unchanged 9 refused 0 withdrawn 1 ");
}

TEST_CASE("a load cut off by a crash is refused at the next start, and can be sent again",
          "[loads]")
{
    World world;
    const auto answer = world.post(world.sign(file_of(0, 3000)));
    REQUIRE(answer.status == 202);
    const auto id = id_of(answer);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    REQUIRE(state_of(world, id) == "open");
    // One place for each sender: nobody fills the queue alone.
    CHECK(world.post(world.sign(file_of(0, 10))).status == 503);

    world.local().end(SIGKILL);
    REQUIRE(world.local().start());

    CHECK(state_of(world, id) == "rejected");
    CHECK(member(world.as_sender("GET", "/exchanges/" + id).body, "code") == "PU-9006");
    CHECK(world.as_sender("GET", "/exchanges/" + id + "/receipt").status == 200);
    CHECK(verifies(world, id));
    const auto again = send_load(world, file_of(0, 600));
    CHECK(counts(world, again) == "new 600 changed 0 unchanged 0 refused 0 withdrawn 0 ");
}

TEST_CASE("a load with too many generic CURPs is refused whole, with its receipt", "[loads]")
{
    World world;
    auto file = file_of(0, 100);
    for (std::size_t i = 100; i < 120; ++i) {
        auto row = invented_b015(i);
        const auto curp = gateway::app::invented_curp(i);
        row.replace(row.find(curp), curp.size(), "XXXX999999XXXXXX99");
        file += row;
    }

    const auto id = send_load(world, file);

    CHECK(state_of(world, id) == "rejected");
    CHECK(member(world.as_sender("GET", "/exchanges/" + id).body, "code") == "PU-3006");
    CHECK(verifies(world, id));
    const auto fewer = send_load(world, file_of(0, 100));
    CHECK(counts(world, fewer) == "new 100 changed 0 unchanged 0 refused 0 withdrawn 0 ");
}
