#include <catch2/catch.hpp>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/end_to_end/fhir_client.hpp"

namespace {

using namespace end_to_end;
using gateway::app::invented_adt;
using gateway::app::invented_curp;

std::size_t fresh()
{
    static std::size_t number = 860'000;
    return ++number;
}

gateway::net::Headers review(gateway::net::Headers more = {})
{
    more.emplace_back("exchange-purpose", "HOPERAT");
    more.emplace_back("exchange-justification", "revisión mensual");
    return more;
}

gateway::net::Response audit(const std::string& query)
{
    return world().as_auditor("GET", "/fhir/AuditEvent" + query, review());
}

std::size_t count(const std::string& text, std::string_view part)
{
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

}  // namespace

TEST_CASE("who saw this person is one request, and that request is in the log too", "[fhir][audit]")
{
    const auto number = fresh();
    REQUIRE(world().post(world().sign(invented_adt(number))).status == 201);
    const auto patient = ids_of(get(by_curp(invented_curp(number))).body).front();
    REQUIRE(get("/fhir/Patient/" + patient).status == 200);

    const auto of =
        "?patient.identifier=urn:oid:2.16.840.1.113883.4.629%7C" + invented_curp(number);
    const auto seen = audit(of);
    INFO(seen.body);
    REQUIRE(seen.status == 200);
    check_valid(seen.body);
    // received, searched, read; the delivery may have come meanwhile
    CHECK(ids_of(seen.body).size() >= 3);
    CHECK(seen.body.find("IHE.BasicAudit.PatientRead") != std::string::npos);
    CHECK(seen.body.find("IHE.BasicAudit.PatientQuery") != std::string::npos);
    CHECK(seen.body.find("consulta de seguimiento") != std::string::npos);
    CHECK(seen.body.find("\"TREAT\"") != std::string::npos);
    CHECK(seen.body.find("Patient/" + patient) != std::string::npos);
    // the person's identifier stands in the links that repeat the question, and nowhere else
    CHECK(count(seen.body, invented_curp(number)) == 1);

    const auto again = audit("?patient=" + patient + "&event=search");
    CHECK(again.body.find("revisión mensual") != std::string::npos);
    CHECK(ids_of(again.body).size() == 2);
    const auto one = ids_of(again.body).front();
    const auto read = audit("/" + one);
    CHECK(read.status == 200);
    check_valid(read.body);
    CHECK(read.body.find(one) != std::string::npos);
}

TEST_CASE("the audit is searched by institution, purpose, outcome, kind and time", "[fhir][audit]")
{
    const auto number = fresh();
    REQUIRE(world().post(world().sign(invented_adt(number))).status == 201);
    const auto patient = ids_of(get(by_curp(invented_curp(number))).body).front();
    const gateway::net::Headers study{{"exchange-purpose", "HRESCH"},
                                      {"exchange-justification", "estudio"}};
    REQUIRE(get("/fhir/Patient/" + patient, study).status == 404);

    const auto of = "?patient=" + patient;
    const auto receiver = "&agent:identifier=urn:puente:institution:receptor";
    CHECK(ids_of(audit(of + "&event=received").body).size() == 1);
    CHECK(ids_of(audit(of + receiver + "&event=search").body).size() == 1);
    CHECK(ids_of(audit(of + receiver + "&event=received").body).empty());
    CHECK(ids_of(audit(of + "&purpose=HRESCH&event=read").body).empty());
    CHECK(ids_of(audit(of + "&purpose=HRESCH&event=denied").body).size() == 1);
    CHECK(ids_of(audit(of + "&outcome=0&event=search&agreement=bench%7C1").body).size() == 1);
    CHECK(ids_of(audit(of + "&date=ge2020-01-01&event=received").body).size() == 1);
    CHECK(ids_of(audit(of + "&date=lt2020-01-01").body).empty());
    const auto denied = audit("?event=denied&purpose=HRESCH&outcome=PU-4008&_count=1");
    INFO(denied.body);
    CHECK(ids_of(denied.body).size() == 1);
    CHECK(denied.body.find("estudio") != std::string::npos);

    const auto first = audit("?_count=2");
    const auto second =
        audit(link(first.body, "next").substr(std::string("/fhir/AuditEvent").size()));
    CHECK(ids_of(first.body).size() == 2);
    CHECK(ids_of(second.body).size() == 2);
    CHECK(ids_of(first.body).back() != ids_of(second.body).front());
    for (const std::string wrong : {"?colour=red", "?event=looked", "?date=ayer", "?_count=0",
                                    "?patient=a&patient=b", "?patient.identifier=x"}) {
        CAPTURE(wrong);
        CHECK(audit(wrong).status == 400);
    }
}

TEST_CASE("who is no auditor sees what it did itself, and nothing without saying why",
          "[fhir][audit]")
{
    const auto number = fresh();
    REQUIRE(world().post(world().sign(invented_adt(number))).status == 201);
    const auto patient = ids_of(get(by_curp(invented_curp(number))).body).front();

    const auto own = get("/fhir/AuditEvent?patient=" + patient);
    CHECK(ids_of(own.body).size() == 1);  // its search, not the sender's submission
    CHECK(own.body.find("institution:emisor") == std::string::npos);
    const auto others =
        get("/fhir/AuditEvent?agent:identifier=urn:puente:institution:emisor&patient=" + patient);
    CHECK(ids_of(others.body).empty());
    const auto received = ids_of(audit("?event=received&patient=" + patient).body).front();
    CHECK(get("/fhir/AuditEvent/" + received).status == 404);
    CHECK(world().as_auditor("GET", "/fhir/AuditEvent").status == 403);
    CHECK(world().as_auditor("GET", "/fhir/Patient/" + patient, review()).status == 404);
}

TEST_CASE("an export of the audit is signed by the gateway over the very bytes", "[fhir][audit]")
{
    const auto answer = world().as_auditor("GET", "/fhir/AuditEvent?_count=5",
                                           review({{"accept", "application/jose"}}));
    REQUIRE(answer.status == 200);
    const auto token = gateway::crypto::read_jws(answer.body, "audit-export+jws");
    REQUIRE(token);
    const auto parts = base::split(answer.body, '.');
    const auto payload = base::from_base64url(parts[1]);
    REQUIRE(payload);
    check_valid(*payload);
    CHECK(ids_of(*payload).size() == 5);
    const auto certificate = gateway::crypto::Certificate::from_file(
        world().folder().path().string() + "/pki/gateway/signing.pem");
    REQUIRE(certificate);
    CHECK(gateway::crypto::verify_jws(*token, *certificate));
}
