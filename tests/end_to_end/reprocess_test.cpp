#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/fhir_client.hpp"
#include "tests/end_to_end/hospital.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;

const std::string kWrong = R"("maritalStatus":{"coding":[{"code":"M"}]})";
const std::string kRight = "v3-MaritalStatus";

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// Waits at most 20 s until there are more exchanges than that.
void wait_for_more(World& world, std::size_t than)
{
    for (int i = 0; i < 4000 && world.exchanges() <= than; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

/// The Patient of a CURP, as it is read now.
std::string patient_of(World& world, std::size_t number)
{
    const auto ids =
        ids_of(world.as_receiver("GET", by_curp(app::invented_curp(number)), why()).body, "match");
    REQUIRE(ids.size() == 1);
    return "/fhir/Patient/" + ids.front();
}

/// Visits [first, last) of a GIIS-B015 file, visit `changed` with another weight.
std::string visits(std::size_t first, std::size_t last, std::size_t changed)
{
    auto file = app::invented_b015_columns();
    for (auto i = first; i < last; ++i) {
        file += app::invented_b015(i, i == changed ? 81 : 70);
    }
    return file;
}

}  // namespace

TEST_CASE("after a mapping is mended, what it emitted is shown, then made anew and delivered once",
          "[end_to_end][reprocess]")
{
    for (const auto& store : both_stores()) {
        CAPTURE(store);
        Hospital hospital(store);
        auto& world = *hospital.world;
        const auto id = hospital.send(app::invented_adt(700'001));
        REQUIRE(holds(hospital.delivered(id), kWrong));
        CHECK(hospital.reprocess_all("").out.starts_with("0 differ, 1 same"));
        hospital.package.mend();
        hospital.restart();
        const auto before = world.exchanges();

        const auto show = hospital.reprocess_all("");

        INFO(show.out);
        CHECK(show.status == 0);
        CHECK(holds(show.out, id + "\tchanged\t-\n"));
        CHECK(holds(show.out, id + "\tPatient[0].maritalStatus.coding[0].system\tadded\t"
                                   "hl7.v2-to-fhir:PID[Patient]/16\n"));
        CHECK(holds(show.out, id + "\tAllergyIntolerance[0].onsetDateTime\tchanged\t"
                                   "hl7.v2-to-fhir:AL1[AllergyIntolerance]/6\n"));
        CHECK_FALSE(holds(show.out, "QUIROGA"));
        CHECK(holds(show.out, "1 differ, 0 same"));
        CHECK(world.exchanges() == before);

        const auto done = hospital.reprocess_all("--send");

        INFO(done.out);
        CHECK(done.status == 0);
        const auto version = version_of(id, done.out);
        REQUIRE(version.size() == id.size());
        CHECK(world.exchanges() == before + 1);
        CHECK(holds(hospital.delivered(version), kRight));
        CHECK(member(hospital.shown(version), "replaces") == id);
        CHECK(member(hospital.shown(id), "replacedBy") == version);
        CHECK(holds(hospital.delivered(id), kWrong));
        CHECK(hospital.verifies(version));
        const auto history =
            world.as_receiver("GET", patient_of(world, 700'001) + "/_history", why()).body;
        CHECK(holds(history, kRight));
        CHECK(holds(history, kWrong));
        const auto audit =
            world.as_auditor("GET", "/fhir/AuditEvent?event=administered&exchange=" + id, why())
                .body;
        CHECK(holds(audit, "reprocess " + version));

        const auto received = world.received();
        const auto again = hospital.reprocess_all("--send");
        INFO(again.out);
        CHECK(again.status == 0);
        CHECK(again.out.starts_with("0 made anew, 1 same, 1 replaced before"));
        CHECK(world.exchanges() == before + 1);
        CHECK(world.received() == received);
    }
}

TEST_CASE("an older record translated anew never takes the place of a newer one",
          "[end_to_end][reprocess]")
{
    for (const auto& store : both_stores()) {
        CAPTURE(store);
        Hospital hospital(store);
        auto& world = *hospital.world;
        const auto admission = app::invented_adt(700'010);
        // Of the same person another visit: divorced now, and nothing said of allergies.
        auto update = replaced(admission, "|700010|P|", "|700010B|P|");
        update = replaced(update, "SPA|M|CAT", "SPA|D|CAT");
        update = replaced(update, "VIS-700010", "VIS-700010B");
        update.erase(update.find("AL1|1"), update.find("DG1|1") - update.find("AL1|1"));
        const auto older = hospital.send(admission);
        const auto newer = hospital.send(update);
        hospital.package.mend();
        hospital.restart();

        const auto done = hospital.reprocess_all("--send");

        INFO(done.out);
        CHECK(done.status == 0);
        CHECK(holds(done.out, newer + "\tPatient[0].maritalStatus"));
        CHECK_FALSE(holds(done.out, older + "\tPatient[0]"));
        CHECK(holds(done.out, older + "\tAllergyIntolerance[0].onsetDateTime\tchanged"));
        const auto version = version_of(older, done.out);
        const auto emitted = hospital.delivered(version);
        CHECK(holds(emitted, "\"code\":\"D\""));  // the Patient as the newer one left it
        CHECK_FALSE(holds(emitted, "1900-01-01"));
        CHECK(hospital.verifies(version));
        const auto now = world.as_receiver("GET", patient_of(world, 700'010), why()).body;
        CHECK(holds(now, "\"code\":\"D\""));
        CHECK(holds(now, kRight));

        const auto again = hospital.reprocess_all("--send");
        INFO(again.out);
        CHECK(holds(again.out, "0 made anew"));
    }
}

TEST_CASE("what the mended mapping makes no more is told as entered in error",
          "[end_to_end][reprocess]")
{
    Hospital hospital;
    const auto id = hospital.send(app::invented_adt(700'020));
    hospital.package.change(
        "replace,ADT_A01/AL1,AL1,\"AL1-2 EQUALS \"\"NO\"\"\",AllergyIntolerance[1],"
        "AL1[AllergyIntolerance],,AllergyIntolerance[1].patient=Patient[1],no allergies here\n");
    hospital.restart();

    const auto done = hospital.reprocess(id + " --send");

    INFO(done.out);
    REQUIRE(done.status == 0);
    CHECK(holds(done.out, id + "\tAllergyIntolerance[0]\tremoved\t"));
    const auto emitted = hospital.delivered(version_of(id, done.out));
    CHECK(count(emitted, R"("resourceType":"AllergyIntolerance")") == 2);
    CHECK(count(emitted, "\"code\":\"entered-in-error\"") >= 2);
    CHECK(hospital.reprocess_all("--send").out.starts_with("0 made anew, 1 same"));
}

TEST_CASE("what is held is mended and held, what is erased is gone, what is refused stays",
          "[end_to_end][reprocess]")
{
    Hospital hospital;
    auto& world = *hospital.world;
    const auto held = hospital.send(app::invented_adt(700'030));
    const auto erased = hospital.send(app::invented_adt(700'031));
    const auto order = [&](const std::string& verb, const std::string& id) {
        const gateway::net::Headers headers{{"content-type", "application/json"},
                                            {"exchange-purpose", "HLEGAL"},
                                            {"exchange-justification", "Amparo"}};
        const auto answer = world.as_auditor("POST", "/exchanges/" + id + "/" + verb, headers,
                                             R"({"number":"AMP-1","authority":"Juzgado"})");
        return answer.status == 200 ? std::string("done") : member(answer.body, "code");
    };
    REQUIRE(order("hold", held) == "done");
    REQUIRE(order("erasure", erased) == "done");
    hospital.package.mend();
    hospital.restart();

    CHECK(hospital.reprocess(held, app::kSenderName).status != 0);  // no administrator
    const auto done = hospital.reprocess_all("--send");

    INFO(done.out);
    CHECK(done.status == 0);
    CHECK(holds(done.out, erased + "\tgone\n"));
    const auto version = version_of(held, done.out);
    REQUIRE_FALSE(version.empty());
    CHECK(order("erasure", version) == "PU-4021");

    hospital.package.change(
        "replace,PID[Patient]/8,PID-8,,gender,,,\"\"\"male\"\"\",against the CURP\n");
    hospital.restart();
    const auto before = world.exchanges();
    const auto refused = hospital.reprocess(version + " --send");
    INFO(refused.out);
    CHECK(refused.status != 0);
    CHECK(holds(refused.out, version + "\trefused\tPU-3002 "));
    CHECK(world.exchanges() == before);
    CHECK(hospital.reprocess("01600000-0000-7000-8000-000000000000").status != 0);
    CHECK(run(std::string(PUENTE_PROGRAM) + " exchange reprocess").status != 0);
}

TEST_CASE("killed in the middle and started again, it makes each version once",
          "[end_to_end][reprocess]")
{
    constexpr std::size_t kExchanges = 200;
    Hospital hospital;
    auto& world = *hospital.world;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < kExchanges; ++i) {
        ids.push_back(id_of(world.post(world.sign(app::invented_adt(700'100 + i)))));
    }
    for (const auto& id : ids) {
        REQUIRE(world.wait_for(id, "completed") == "completed");
    }
    hospital.package.mend();
    hospital.restart();
    const std::string all = "--sender urn:puente:institution:emisor --send";

    const auto pid = (world.folder() / "reprocess.pid").string();
    std::thread command([&] {
        static_cast<void>(run("( " + hospital.command(all) + " & echo $! > " + pid + "; wait )"));
    });
    wait_for_more(world, kExchanges);
    kill(std::stoi(support::read_file(pid)), SIGKILL);
    command.join();
    const auto after_first = world.exchanges();
    Outcome cut;
    std::thread orphan([&] { cut = hospital.reprocess(all); });
    wait_for_more(world, after_first);
    world.local().kill_only(SIGKILL);
    orphan.join();
    world.local().end(SIGKILL);
    REQUIRE(world.local().start());
    const auto after_second = world.exchanges();
    const auto last = hospital.reprocess(all);

    INFO(after_first << " then " << after_second << "\n" << last.out);
    CHECK(cut.status != 0);
    CHECK(after_first > kExchanges);
    CHECK(after_second < 2 * kExchanges);  // else it was not the middle
    CHECK(last.status == 0);
    CHECK(world.exchanges() == 2 * kExchanges);
    for (const auto& id : ids) {
        const auto version = member(hospital.shown(id), "replacedBy");
        REQUIRE_FALSE(version.empty());
        CHECK(holds(hospital.delivered(version), kRight));
    }
}

TEST_CASE("the rows of a load are mended one by one, and the next load knows it",
          "[end_to_end][reprocess]")
{
    for (const auto& store : both_stores()) {
        CAPTURE(store);
        Hospital hospital(store);
        auto& world = *hospital.world;
        const auto january = hospital.send_load(visits(0, 10, 99));
        const auto february = hospital.send_load(visits(1, 10, 1));  // 0 withdrawn, 1 changed
        REQUIRE(holds(hospital.delivered(january), "libras"));
        hospital.rows.mend();
        hospital.restart();

        const auto done = hospital.reprocess_all("--send");

        INFO(done.out);
        CHECK(done.status == 0);
        CHECK(holds(done.out, "9 made anew, 0 same, 0 replaced before, 2 overtaken"));
        CHECK(holds(done.out, january + "/1\tovertaken\n"));
        CHECK(holds(done.out, january + "/3\tObservation[0].valueQuantity.unit\tchanged\t"));
        const auto version = version_of(january + "/3", done.out);
        CHECK(holds(hospital.delivered(version), "\"unit\":\"kg\""));
        CHECK(member(hospital.shown(version), "replaces") == january + "/3");
        CHECK_FALSE(version_of(february + "/1", done.out).empty());
        CHECK(hospital.verifies(version));
        CHECK(holds(hospital.reprocess_all("--send").out, "0 made anew"));

        const auto received = world.received();
        const auto march = hospital.send_load(visits(1, 10, 1));
        CHECK(hospital.delivered(march).empty());  // nothing differs from what was mended
        CHECK(world.received() == received);
        const auto april = hospital.send_load(visits(3, 10, 99));  // 1 and 2 withdrawn
        const auto withdrawn = hospital.delivered(april);
        CHECK(count(withdrawn, "\n") == 2);
        CHECK(count(withdrawn, "entered-in-error") >= 2);
        CHECK(holds(withdrawn, "\"unit\":\"kg\""));
        CHECK_FALSE(holds(withdrawn, "libras"));
    }
}
