#include <catch2/catch.hpp>
#include <set>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/bench.hpp"
#include "tests/end_to_end/fhir_client.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_adt;
using gateway::app::invented_curp;
using gateway::net::Headers;
using gateway::net::Response;

std::size_t fresh()
{
    static std::size_t number = 740'000;
    return ++number;
}

/// Sends an admission and gives the id its patient is read by.
std::string admitted(std::size_t number)
{
    REQUIRE(world().post(world().sign(invented_adt(number))).status == 201);
    const auto found = get(by_curp(invented_curp(number)));
    INFO(found.body);
    REQUIRE(found.status == 200);
    const auto ids = ids_of(found.body);
    REQUIRE(ids.size() == 1);
    return ids.front();
}

}  // namespace

TEST_CASE("whatever a Bundle brought is read by id, with its version, and not sent twice", "[fhir]")
{
    const auto patient = admitted(fresh());
    const auto read = get("/fhir/Patient/" + patient);
    INFO(read.body);
    REQUIRE(read.status == 200);
    check_valid(read.body);
    const auto etag = header(read, "etag");
    REQUIRE(etag.starts_with("W/\""));
    const auto version = etag.substr(3, etag.size() - 4);
    CHECK(read.body.find("\"versionId\":\"" + version + "\"") != std::string::npos);

    const auto again = get("/fhir/Patient/" + patient, why({{"if-none-match", etag}}));
    CHECK(again.status == 304);
    CHECK(again.body.empty());

    CHECK(get("/fhir/Patient/" + patient + "/_history/" + version).body == read.body);
    CHECK(get("/fhir/Patient/" + patient + "/_history/none").status == 404);

    const auto encounters = get("/fhir/Encounter?patient=" + patient);
    INFO(encounters.body);
    const auto ids = ids_of(encounters.body);
    REQUIRE_FALSE(ids.empty());
    check_valid(encounters.body);
    const auto encounter = get("/fhir/Encounter/" + ids.front());
    CHECK(encounter.status == 200);
    CHECK(encounter.body.find("\"Patient/" + patient + "\"") != std::string::npos);
    CHECK(encounter.body.find("urn:uuid:") == std::string::npos);  // references can be followed
}

TEST_CASE("a correction is a new version; both are read, the newest first", "[fhir]")
{
    const auto number = fresh();
    const auto patient = admitted(number);
    const auto first = header(get("/fhir/Patient/" + patient), "etag");
    REQUIRE(admitted(number) == patient);
    const auto second = header(get("/fhir/Patient/" + patient), "etag");
    CHECK(first != second);

    const auto history = get("/fhir/Patient/" + patient + "/_history");
    INFO(history.body);
    REQUIRE(history.status == 200);
    check_valid(history.body);
    CHECK(ids_of(history.body).size() == 2);
    CHECK(history.body.find(second.substr(3, 36)) < history.body.find(first.substr(3, 36)));
    CHECK(get("/fhir/Patient/" + patient + "/_history/" + first.substr(3, 36)).status == 200);
}

TEST_CASE("a search narrows by R4's parameters and brings what is included", "[fhir]")
{
    const auto number = fresh();
    const auto patient = admitted(number);
    const auto of = "/fhir/Encounter?patient=Patient/" + patient;
    const auto all = ids_of(get(of).body);
    REQUIRE(all.size() == 1);

    CHECK(ids_of(get(of + "&date=ge1990-01-01").body) == all);
    CHECK(ids_of(get(of + "&date=lt1990-01-01").body).empty());
    CHECK(ids_of(get(of + "&_id=" + all.front()).body) == all);
    CHECK(ids_of(get(of + "&status=cancelled").body).empty());
    CHECK(ids_of(get(of + "&_lastUpdated=gt2020-01-01").body) == all);
    CHECK(ids_of(get(of + "&_lastUpdated=lt2020-01-01").body).empty());
    CHECK(ids_of(get("/fhir/Encounter?patient.identifier=urn:oid:2.16.840.1.113883.4.629%7C" +
                     invented_curp(number))
                     .body) == all);

    const auto with = get(of + "&_include=Encounter:patient");
    CHECK(ids_of(with.body, "match") == all);
    CHECK(ids_of(with.body, "include") == std::vector{patient});

    const auto posted = world().as_receiver(
        "POST", "/fhir/Encounter/_search",
        why({{"content-type", "application/x-www-form-urlencoded"}}), "patient=" + patient);
    CHECK(ids_of(posted.body) == all);
    CHECK(get(link(get(of).body, "self")).body == get(of).body);
}

TEST_CASE("pages part a result: each one once, whatever arrives meanwhile", "[fhir]")
{
    const auto number = fresh();
    const auto patient = admitted(number);
    std::string path = "/fhir/Patient?_id=" + patient;
    std::vector<std::string> expected{patient};
    for (int i = 0; i < 4; ++i) {
        expected.push_back(admitted(fresh()));
        path += "," + expected.back();
    }
    path += "&_sort=_lastUpdated&_count=2";

    std::vector<std::string> seen;
    for (int pages = 0; !path.empty() && pages < 9; ++pages) {
        const auto page = get(path);
        CHECK(page.body.find("\"total\":5") != std::string::npos);
        for (const auto& id : ids_of(page.body)) {
            seen.push_back(id);
        }
        path = link(page.body, "next");
    }
    CHECK(seen == expected);
}

TEST_CASE("the next link holds the search sealed for the one who asked: no CURP stands in a URL",
          "[fhir]")
{
    const auto number = fresh();
    admitted(number);
    const auto curp = invented_curp(number);
    const auto first = world().as_receiver(
        "POST", "/fhir/Practitioner/_search",
        why({{"content-type", "application/x-www-form-urlencoded"}}),
        "_count=1&patient.identifier=urn:oid:2.16.840.1.113883.4.629%7C" + curp);
    REQUIRE(first.status == 200);
    const auto next = link(first.body, "next");
    REQUIRE(next.starts_with("/fhir/Practitioner?_page="));
    CHECK(next.find(curp) == std::string::npos);

    const auto second = get(next);
    CHECK(ids_of(second.body).size() == 1);
    CHECK(ids_of(second.body) != ids_of(first.body));
    CHECK(second.body.find(curp) == std::string::npos);
    CHECK(ids_of(get(link(second.body, "self")).body) == ids_of(second.body));

    CHECK(world().as_auditor("GET", next, why()).status == 400);
    CHECK(get(next + "A").status == 400);
    CHECK(get("/fhir/Practitioner?_page=").status == 400);
    CHECK(get("/fhir/Encounter" + next.substr(next.find('?'))).status == 400);
}

TEST_CASE("what a search cannot mean is refused, with the parameter's name", "[fhir]")
{
    const auto patient = admitted(fresh());
    const auto of = "/fhir/Observation?patient=" + patient;
    const auto [query, where] = GENERATE(table<std::string, std::string>({
        {"&colour=red", "query"},
        {"&_count=1000000000", "_count"},
        {"&_count=-1", "_count"},
        {"&_count=1&_count=2", "_count"},
        {"&_sort=status", "_sort"},
        {"&_include=Observation:status", "_include"},
        {"&_include=Patient:organization", "_include"},
        {"&date=ayer", "date"},
        {"&subject=http%3A%2F%2Fother.example%2FPatient%2F1", "subject"},
        {"&encounter=file%3A%2F%2F%2Fetc%2Fpasswd", "encounter"},
        {"&encounter=javascript%3Aalert(1)", "encounter"},
        {"&patient.identifier=nobar", "patient.identifier"},
    }));
    CAPTURE(query);
    const auto refused = get(of + query);
    INFO(refused.body);
    CHECK(refused.status == 400);
    CHECK(refused.body.find("PU-4015") != std::string::npos);
    CHECK(refused.body.find(where) != std::string::npos);
    check_valid(refused.body);

    CHECK(get(of + "&colour=red", why({{"prefer", "handling=lenient"}})).status == 200);
    CHECK(get("/fhir/Observation?code=8310-5").status == 400);  // whose?
    CHECK(get("/fhir/Patient?name=x").status == 400);
    CHECK(get(of + "&code=%27%3B+drop+table+resource%3B--").status == 200);
    CHECK(get("/fhir/Patient/" + patient).status == 200);
}

TEST_CASE("what the caller may not see answers like what is absent", "[fhir]")
{
    const auto patient = admitted(fresh());
    const Headers study{{"exchange-purpose", "HRESCH"}, {"exchange-justification", "estudio"}};
    const auto shape = [](const Response& response) {
        auto body = response.body;
        const auto trace = body.find("trace");  // the one thing that differs
        return std::to_string(response.status) + body.substr(0, trace);
    };

    const auto absent = "/fhir/Patient/00000000-0000-4000-8000-000000000000";
    CHECK(shape(get("/fhir/Patient/" + patient, study)) == shape(get(absent, study)));
    CHECK(get("/fhir/Patient/" + patient, study).status == 404);
    CHECK(ids_of(get("/fhir/Encounter?patient=" + patient, study).body).empty());
    CHECK(get("/fhir/Patient/" + patient, {}).status == 403);
    CHECK(get("/fhir/Patient/" + patient, {{"exchange-purpose", "TREAT"}}).status == 403);
    CHECK(get("/fhir/Paciente/" + patient).status == 404);
    CHECK(get("/fhir/AuditEvent/" + patient, study).status == 404);
    CHECK(get("/fhir/Patient/..%2F..%2Fexchanges").status == 400);
}

TEST_CASE("the CapabilityStatement says what the routes and the parameters are", "[fhir]")
{
    const auto metadata = get("/fhir/metadata", {});
    REQUIRE(metadata.status == 200);
    check_valid(metadata.body);
    const auto document = fhir::r4::read_json(metadata.body);
    std::set<std::string> types;
    for (const auto& resource : *document->root().find("rest")->first->find("resource")) {
        types.emplace(resource.text_of("type"));
        CHECK(resource.find("interaction")->size() >= 2);
    }
    CHECK(types.contains("Patient"));
    CHECK(types.contains("MedicationRequest"));
    CHECK(types.size() > 140);
}
