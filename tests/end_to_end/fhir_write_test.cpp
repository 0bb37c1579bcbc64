#include <catch2/catch.hpp>

#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/evidence/package.hpp"
#include "tests/end_to_end/fhir_client.hpp"

namespace {

using namespace end_to_end;
using fhir::r4::Document;
using fhir::r4::Kind;

constexpr const char* kCurp = "BATR030617MYNLYFA5";  // of the example, nobody's

std::string teleconsultation()
{
    return support::read_file(support::project_root() /
                              "examples/messages/fhir/teleconsultation.json");
}

gateway::net::Response send(const std::string& path, std::string body,
                            const std::string& type = "application/fhir+json; charset=UTF-8")
{
    return world().as_sender("POST", path, {{"content-type", type}}, std::move(body));
}

/// The example as a transaction: no MessageHeader, a request in each entry; `change` may spoil it.
template <class Change>
std::string transaction(Change change)
{
    auto bundle = fhir::r4::read_json(teleconsultation());
    REQUIRE(bundle);
    auto& root = bundle->root();
    root.find("type")->text = "transaction";
    auto* entries = root.find("entry");
    Document::remove(*entries, *entries->first);
    for (auto& entry : *entries) {
        auto& request = bundle->add(entry, "request", Kind::object);
        bundle->add(request, "method", Kind::string, "POST");
        bundle->add(request, "url", Kind::string, entry.find("resource")->text_of("resourceType"));
    }
    change(*bundle, *entries);
    return fhir::r4::to_json(root);
}

}  // namespace

TEST_CASE("a message processed is a submission: receipt, evidence, and the receiver reads it",
          "[fhir][write]")
{
    const auto answer = send("/fhir/$process-message", teleconsultation());
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    check_valid(answer.body);
    CHECK(answer.body.find("\"code\":\"ok\"") != std::string::npos);
    CHECK(std::ranges::count(header(answer, "exchange-receipt"), '.') == 2);
    const auto id = id_of(answer);
    CHECK(world().wait_for(id, "completed") == "completed");
    CHECK(gateway::evidence::unpack(world().evidence(id)));

    const auto found = get(by_curp(kCurp));
    INFO(found.body);
    const auto ids = ids_of(found.body);
    REQUIRE(ids.size() == 1);
    CHECK(ids.front() != "paciente");  // another sender's "paciente" is somebody else
    const auto encounters = get("/fhir/Encounter?class=VR&patient=" + ids.front());
    CHECK(ids_of(encounters.body).size() == 1);
    check_valid(encounters.body);
    CHECK(encounters.body.find("\"Patient/" + ids.front() + "\"") != std::string::npos);

    const auto everything = get("/fhir/Patient/" + ids.front() + "/$everything");
    REQUIRE(everything.status == 200);
    check_valid(everything.body);
    CHECK(ids_of(everything.body).front() == ids.front());
    CHECK(everything.body.find("\"Condition\"") != std::string::npos);
    CHECK(everything.body.find("\"MessageHeader\"") == std::string::npos);

    const auto summary = get("/fhir/Patient/" + ids.front() + "/$summary");
    INFO(summary.body);
    REQUIRE(summary.status == 200);
    check_valid(summary.body);
    CHECK(summary.body.find("60591-5") != std::string::npos);
    CHECK(summary.body.find("Faringitis aguda") != std::string::npos);
    CHECK(get("/fhir/Patient/" + ids.front() + "/$summary", {}).status == 403);
}

TEST_CASE("$match says how sure it is and why, and shows only what the caller may see",
          "[fhir][write]")
{
    REQUIRE(send("/fhir/$process-message", teleconsultation()).status == 200);
    const auto ask = [](const std::string& patient, gateway::net::Headers headers) {
        headers.emplace_back("content-type", "application/fhir+json");
        return world().as_receiver("POST", "/fhir/Patient/$match", std::move(headers),
                                   R"({"resourceType":"Parameters","parameter":[{"name":"resource",
            "resource":{"resourceType":"Patient",)" +
                                       patient + "}}]}");
    };
    const std::string by_curp = std::string(R"("identifier":[{"value":")") + kCurp +
                                R"(","system":"urn:oid:2.16.840.1.113883.4.629"}])";
    const auto found = ask(by_curp + R"(,"birthDate":"2003-06-17")", why());
    INFO(found.body);
    REQUIRE(found.status == 200);
    check_valid(found.body);
    CHECK(ids_of(found.body).size() == 1);
    CHECK(found.body.find(R"("valueCode":"certain")") != std::string::npos);
    CHECK(found.body.find(R"("score":0.75)") != std::string::npos);
    CHECK(found.body.find(R"("valueString":"birthDate")") != std::string::npos);

    const gateway::net::Headers study{{"exchange-purpose", "HRESCH"},
                                      {"exchange-justification", "estudio"}};
    CHECK(ids_of(ask(by_curp, study).body).empty());
    CHECK(ask(by_curp, {}).status == 403);
    CHECK(ids_of(ask(R"("birthDate":"2003-06-17")", why()).body).empty());
    CHECK(world()
              .as_receiver("POST", "/fhir/Patient/$match",
                           why({{"content-type", "application/fhir+json"}}), "{}")
              .status == 400);
}

TEST_CASE("a transaction is answered entry by entry, and every location can be read",
          "[fhir][write]")
{
    const auto body = transaction([](auto&, auto&) {});
    const auto answer = send("/fhir", body);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    check_valid(answer.body);
    const auto document = fhir::r4::read_json(answer.body);
    std::size_t read = 0;
    for (const auto& entry : *document->root().find("entry")) {
        const auto location = entry.find("response")->text_of("location");
        REQUIRE_FALSE(location.empty());
        CHECK(get("/fhir/" + std::string(location)).status == 200);
        ++read;
    }
    CHECK(read >= 6);

    const auto count = world().exchanges();
    CHECK(send("/fhir", body).body == answer.body);  // the same again: the same answer
    CHECK(world().exchanges() == count);
}

TEST_CASE("what a Bundle cannot ask for is refused by place, and nothing is kept", "[fhir][write]")
{
    const auto count = world().exchanges();
    std::string body;
    std::string place;
    SECTION("a deletion")
    {
        body = transaction([](auto&, auto& entries) {
            entries.first->find("request")->find("method")->text = "DELETE";
        });
        place = "Bundle.entry[0].request.method";
    }
    SECTION("a condition")
    {
        body = transaction([](auto& bundle, auto& entries) {
            bundle.add(*entries.first->find("request"), "ifNoneExist", Kind::string, "a=b");
        });
        place = "Bundle.entry[0].request.ifNoneExist";
    }
    SECTION("no request")
    {
        body = transaction([](auto&, auto& entries) {
            Document::remove(*entries.first, *entries.first->find("request"));
        });
        place = "Bundle.entry[0].request";
    }
    SECTION("a searchset")
    {
        body = R"({"resourceType":"Bundle","type":"searchset"})";
        place = "Bundle.type";
    }
    SECTION("a hundred thousand entries")
    {
        body = R"({"resourceType":"Bundle","type":"transaction","entry":[{})";
        for (int i = 0; i < 100'000; ++i) {
            body += ",{}";
        }
        body += "]}";
        place = "Bundle.entry";
    }
    SECTION("no JSON")
    {
        body = "x";
        place = "line 1";
    }
    const auto refused = send("/fhir", body);
    INFO(refused.body);
    CHECK((refused.status == 400 || refused.status == 413));
    CHECK(refused.body.find(place) != std::string::npos);
    check_valid(refused.body);
    CHECK(world().exchanges() == count);
}

TEST_CASE("a write outside the agreement or against R4 is refused with a signed receipt",
          "[fhir][write]")
{
    auto wrong = fhir::r4::read_json(transaction([](auto&, auto&) {}));
    REQUIRE(wrong);
    wrong->root().find("entry")->first->find("resource")->find("gender")->text = "varón";
    const auto refused = send("/fhir", fhir::r4::to_json(wrong->root()));
    INFO(refused.body);
    CHECK(refused.status == 422);
    CHECK(refused.body.find("PU-2005") != std::string::npos);
    CHECK(std::ranges::count(header(refused, "exchange-receipt"), '.') == 2);
    check_valid(refused.body);

    const auto stranger = world().as_receiver(
        "POST", "/fhir", {{"content-type", "application/json"}}, transaction([](auto&, auto&) {}));
    CHECK(stranger.status == 403);  // no route speaks for it
    CHECK(send("/fhir/Patient", R"({"resourceType":"Observation"})").status == 422);
}

TEST_CASE("$validate tells what R4 says and keeps nothing", "[fhir][write]")
{
    const auto count = world().exchanges();
    const auto good =
        send("/fhir/Patient/$validate", R"({"resourceType":"Patient","gender":"female"})");
    CHECK(good.status == 200);
    CHECK(good.body.find("\"error\"") == std::string::npos);
    const auto bad = send("/fhir/$validate", R"({"resourceType":"Parameters","parameter":[
        {"name":"resource","resource":{"resourceType":"Patient","gender":"f"}}]})");
    INFO(bad.body);
    CHECK(bad.status == 200);
    CHECK(bad.body.find("PU-2005") != std::string::npos);
    CHECK(bad.body.find("Patient.gender") != std::string::npos);
    CHECK(send("/fhir/Patient/$validate", R"({"resourceType":"Group"})").status == 422);
    CHECK(world().exchanges() == count);
}

TEST_CASE("$validate judges by the profile it is asked for, of those it tells of", "[fhir][write]")
{
    const std::string patient = R"({"resourceType":"Patient","gender":"female"})";
    std::string of_patient;
    for (const auto& known : fhir::national::profiles().all()) {
        of_patient = known.type() == "Patient" ? std::string(known.url()) : of_patient;
    }
    const auto metadata = world().as_receiver("GET", "/fhir/metadata", {}, "");
    const auto told =
        metadata.body.find("\"supportedProfile\":[", metadata.body.find("\"Patient\""));
    REQUIRE(told != std::string::npos);
    CHECK(metadata.body.find(of_patient, told) < metadata.body.find("]", told));

    const auto by_query = send("/fhir/Patient/$validate?profile=" + of_patient, patient);
    CHECK(by_query.status == 200);
    CHECK(by_query.body.find("Patient.identifier") != std::string::npos);
    const auto by_part = send("/fhir/$validate", R"({"resourceType":"Parameters","parameter":[
        {"name":"profile","valueCanonical":")" + of_patient +
                                                     R"("},{"name":"resource","resource":)" +
                                                     patient + "}]}");
    CHECK(by_part.status == 200);
    CHECK(by_part.body.find("Patient.identifier") != std::string::npos);

    const auto unknown = send("/fhir/Patient/$validate?profile=urn:unknown", patient);
    INFO(unknown.body);
    CHECK(unknown.status == 400);
    CHECK(send("/fhir/Patient/$validate?mode=create", patient).status == 400);
}
