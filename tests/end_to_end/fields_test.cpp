#include <catch2/catch.hpp>
#include <thread>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "tests/end_to_end/fhir_client.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;
using fhir::r4::Document;
using fhir::r4::Kind;

void list(Document& document, fhir::r4::Node& parent, std::string_view name,
          const std::vector<std::string>& texts)
{
    auto& array = document.add(parent, name, Kind::array);
    for (const auto& text : texts) {
        document.add(array, {}, Kind::string, document.keep(text));
    }
}

/// A world of its own under the agreement that `change` makes of its first grant; nobody is pushed
/// to: what is accepted waits in the mailbox.
template <class Change>
std::unique_ptr<World> world_under(Change change)
{
    auto world = std::make_unique<World>();
    const auto root = world->folder().path().string();
    auto document = fhir::r4::read_json(support::read_file(root + "/agreements/bench.json"));
    REQUIRE(document);
    auto& grants = *document->root().find("grants");
    change(*document, grants);
    agree(root, fhir::r4::to_json(document->root()));
    auto node = app::LocalWorld::make(
        1, root, PUENTE_PROGRAM,
        {"other.toml", "data = \"other\"\nledger_origin = \"puente.local/other\"\n"});
    REQUIRE(node);
    world->turn_to(*std::move(node));
    return world;
}

/// Every type of the grant whole, but of the Patient only what is named.
void add_inventory(Document& document, fhir::r4::Node& grant, const std::string& purpose,
                   const std::string& outside,
                   std::vector<std::string> elements = {"Patient.identifier", "Patient.name",
                                                        "Patient.gender"})
{
    for (const auto& type : *grant.find("resource_types")) {
        if (type.text != "Patient") {
            elements.emplace_back(type.text);
        }
    }
    auto& inventory = document.add(document.add(grant, "fields", Kind::array), {}, Kind::object);
    list(document, inventory, "purposes", {purpose});
    list(document, inventory, "elements", elements);
    document.add(inventory, "outside", Kind::string, document.keep(outside));
}

gateway::evidence::ReceiptClaims receipt_of(const gateway::net::Response& response)
{
    const auto receipt = response.status < 400 ? response.body : member(response.body, "receipt");
    const auto token = gateway::crypto::read_jws(receipt, gateway::evidence::kReceiptTyp);
    REQUIRE(token);
    const auto json = fhir::r4::read_json(token->claims);
    REQUIRE(json);
    return gateway::evidence::ReceiptClaims::from(json->root()).value();
}

gateway::net::Headers for_purpose(const std::string& purpose)
{
    return {{"exchange-purpose", purpose}, {"exchange-justification", "Prueba del inventario"}};
}

std::string audit_of(World& world, const std::string& exchange)
{
    return world.as_auditor("GET", "/fhir/AuditEvent?exchange=" + exchange, for_purpose("HCOMPL"))
        .body;
}

}  // namespace

TEST_CASE("fields the agreement does not list are delivered, served and signed as taken out",
          "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        add_inventory(document, *grants.first, "TREAT", "filter");
    });

    const auto response = world->post(world->sign(app::invented_adt(941'001)));

    INFO(response.body);
    REQUIRE(response.status == 201);
    const auto receipt = receipt_of(response);
    CHECK(receipt.evt == "filtered");
    REQUIRE(receipt.decision.back().clause == "fields");
    const auto& removed = receipt.decision.back().removed;
    CHECK(std::ranges::count(removed, "Patient.address") == 1);
    CHECK(std::ranges::count(removed, "Patient.birthDate") == 1);
    CHECK(std::ranges::count(removed, "Patient.name") == 0);
    const auto id = id_of(response);
    const auto payload =
        world->as_receiver("GET", "/exchanges/" + id + "/payload", for_purpose("TREAT"));
    REQUIRE(payload.status == 200);
    CHECK(gateway::evidence::digest_claim(payload.body) == receipt.out);
    CHECK(payload.body.find("CALLE 5 NUM 12") == std::string::npos);
    CHECK(payload.body.find("\"SUBSETTED\"") != std::string::npos);
    check_valid(payload.body);

    const auto patients =
        world->as_receiver("GET", by_curp(app::invented_curp(941'001)), for_purpose("TREAT"));
    CHECK(patients.body.find("\"Patient\"") != std::string::npos);
    CHECK(patients.body.find("birthDate") == std::string::npos);

    const auto audit = audit_of(*world, id);
    CHECK(audit.find("Patient.address") != std::string::npos);
    CHECK(audit.find("\"permit LB64-V\"") != std::string::npos);
    check_valid(audit);
    CHECK(world->evidence(id).size() > 0);
    CHECK(run(std::string(PUENTE_PROGRAM) + " store backup --config " +
              (world->folder() / "other.toml").string() + " " +
              (world->folder() / "copy.db").string())
              .status == 0);
}

TEST_CASE("fields the agreement does not list refuse the exchange where it says so",
          "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        add_inventory(document, *grants.first, "TREAT", "refuse");
    });

    const auto response = world->post(world->sign(app::invented_adt(941'002)));

    CHECK(response.status == 403);
    CHECK(member(response.body, "code") == "PU-4004");
    CHECK(response.body.find("Patient.") != std::string::npos);
    const auto receipt = receipt_of(response);
    CHECK(receipt.evt == "rejected");
    CHECK(receipt.decision.back().clause == "fields");
    CHECK_FALSE(receipt.decision.back().permits);
    const auto audit = audit_of(*world, receipt.exch);
    CHECK(audit.find("\"type\":\"fields\",\"valueString\":\"deny\"") != std::string::npos);
}

TEST_CASE("a reading for another purpose shows what the inventory of that purpose lists",
          "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        document.add(*grants.first->find("purposes"), {}, Kind::string, "PUBHLTH");
        add_inventory(document, *grants.first, "PUBHLTH", "filter");
    });
    REQUIRE(receipt_of(world->post(world->sign(app::invented_adt(941'003)))).evt == "accepted");

    const auto path = by_curp(app::invented_curp(941'003));
    const auto for_care = world->as_receiver("GET", path, for_purpose("TREAT"));
    const auto for_others = world->as_receiver("GET", path, for_purpose("PUBHLTH"));

    CHECK(for_care.body.find("birthDate") != std::string::npos);
    CHECK(for_others.body.find("\"Patient\"") != std::string::npos);
    CHECK(for_others.body.find("birthDate") == std::string::npos);
}

namespace {

/// The example with a Consent to research in it.
std::string with_consent(const std::string& status, const std::string& message)
{
    auto bundle = fhir::r4::read_json(support::read_file(
        support::project_root() / "examples/messages/fhir/teleconsultation.json"));
    const auto consent = fhir::r4::read_json(
        R"({"resourceType":"Consent","id":"consentimiento-investigacion","status":")" + status +
        R"(","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",)"
        R"("code":"patient-privacy"}]},"category":[{"text":"Consentimiento expreso"}],)"
        R"("patient":{"reference":"urn:uuid:6f2c1a90-0002-4b7e-8d15-3a0c52e7b102"},)"
        R"("dateTime":"2026-01-15","policyRule":{"text":"1"},)"
        R"("sourceAttachment":{"title":"Carta firmada"},)"
        R"("provision":{"type":"permit","purpose":[{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HRESCH"}]}})");
    REQUIRE(bundle);
    REQUIRE(consent);
    auto& root = bundle->root();
    root.find("identifier")->find("value")->text = bundle->keep(message);
    auto& entry = bundle->add(*root.find("entry"), {}, Kind::object);
    bundle->add(entry, "fullUrl", Kind::string, "urn:uuid:6f2c1a90-0099-4b7e-8d15-3a0c52e7b199");
    bundle->add_copy(entry, "resource", consent->root());
    return fhir::r4::to_json(root);
}

}  // namespace

TEST_CASE("where no legal basis is agreed the person's consent permits, and its end denies",
          "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        auto& research = document.add_copy(grants, {}, *grants.first);
        Document::remove(research, *research.find("legal_basis"));
        research.find("purposes")->first->text = "HRESCH";
    });
    auto research = world->local().terms();
    research.purpose = "HRESCH";
    const auto record = support::read_file(support::project_root() /
                                           "examples/messages/fhir/teleconsultation.json");

    const auto before = world->post(world->sign(record, research));
    CHECK(before.status == 403);
    CHECK(member(before.body, "code") == "PU-4017");

    const auto given = world->post(world->sign(with_consent("active", "TC-2")));
    INFO(given.body);
    REQUIRE(given.status == 201);
    const auto permitted = world->post(world->sign(record, research));
    INFO(permitted.body);
    REQUIRE(permitted.status == 201);
    const auto receipt = receipt_of(permitted);
    const auto basis =
        std::ranges::find(receipt.decision, "basis", &gateway::evidence::ClauseClaim::clause);
    REQUIRE(basis != receipt.decision.end());
    CHECK(basis->by == "consent");
    const auto read = [&] {
        return ids_of(
            world->as_receiver("GET", by_curp("BATR030617MYNLYFA5"), for_purpose("HRESCH")).body);
    };
    const auto seen = read();
    REQUIRE(seen.size() == 1);

    CHECK(world->post(world->sign(with_consent("inactive", "TC-3"), research)).status == 403);
    REQUIRE(world->post(world->sign(with_consent("inactive", "TC-4"))).status == 201);
    CHECK(world->post(world->sign(record, research)).status == 403);
    CHECK(world->post(world->sign(record)).status == 201);  // care goes on
    CHECK(read().empty());
    const auto patient = "/fhir/Patient/" + *seen.begin();
    const auto denied = world->as_receiver("GET", patient, for_purpose("HRESCH"));
    CHECK(denied.status == 404);
    CHECK(denied.body.find("basis") == std::string::npos);
    const auto told = world->as_auditor("GET", "/fhir/AuditEvent?outcome=PU-4008&_count=5",
                                        for_purpose("HCOMPL"));
    INFO(told.body);
    CHECK(told.body.find(R"({"type":"basis","valueString":"deny"})") != std::string::npos);
    check_valid(told.body);
}

namespace {

/// Sends the visits [first, last) as a GIIS-B015 load and waits for its end; the exchange.
std::string send_load(World& world, std::size_t first, std::size_t last)
{
    auto file = app::invented_b015_columns();
    for (auto i = first; i < last; ++i) {
        file += app::invented_b015(i, 70);
    }
    const auto answer = world.post(world.sign(std::move(file)));
    INFO(answer.body);
    REQUIRE(answer.status == 202);
    auto id = id_of(answer);
    for (int i = 0;
         i < 600 && member(world.as_sender("GET", "/exchanges/" + id).body, "state") == "open";
         ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return id;
}

}  // namespace

TEST_CASE("the rows of a load are held against the inventory one by one", "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        add_inventory(document, *grants.first, "TREAT", "filter", {"Patient.gender"});
    });

    const auto january = send_load(*world, 0, 300);

    const auto receipt = receipt_of(world->as_sender("GET", "/exchanges/" + january + "/receipt"));
    CHECK(receipt.evt == "filtered");
    CHECK(receipt.decision.back().clause == "fields");
    CHECK(std::ranges::count(receipt.decision.back().removed, "Patient.identifier") == 1);
    const auto payload = [&](const std::string& id) {
        return world->as_receiver("GET", "/exchanges/" + id + "/payload", for_purpose("TREAT"))
            .body;
    };
    CHECK(payload(january).find("\"Patient\"") != std::string::npos);
    CHECK(payload(january).find(app::invented_curp(0)) == std::string::npos);
    const auto audit = audit_of(*world, january);
    CHECK(audit.find("filter Patient.") != std::string::npos);

    // A row that is reported no more is withdrawn for whoever reads of its person, though nothing
    // in it names the person any more.
    const auto february = send_load(*world, 1, 300);
    CHECK(payload(february).find("entered-in-error") != std::string::npos);
    const auto patients = ids_of(
        world->as_receiver("GET", by_curp(app::invented_curp(0)), for_purpose("TREAT")).body);
    CAPTURE(patients);
    const auto visits = world->as_receiver("GET",
                                           "/fhir/Encounter?patient.identifier=urn:oid:2.16.840.1."
                                           "113883.4.629%7C" +
                                               app::invented_curp(0),
                                           for_purpose("TREAT"));
    INFO(visits.body);
    CHECK(visits.body.find("entered-in-error") != std::string::npos);
    CHECK(visits.body.find("\"finished\"") == std::string::npos);
}

TEST_CASE("a load with a field outside is refused whole where the agreement says so",
          "[end_to_end][fields]")
{
    const auto world = world_under([](Document& document, fhir::r4::Node& grants) {
        add_inventory(document, *grants.first, "TREAT", "refuse", {"Patient.gender"});
    });

    const auto id = send_load(*world, 0, 300);

    const auto exchange = world->as_sender("GET", "/exchanges/" + id).body;
    CHECK(member(exchange, "state") == "rejected");
    CHECK(member(exchange, "code") == "PU-4004");
    CHECK(receipt_of(world->as_sender("GET", "/exchanges/" + id + "/receipt"))
              .decision.back()
              .clause == "fields");
    CHECK(world->as_receiver("GET", "/exchanges/" + id + "/payload", for_purpose("TREAT")).status ==
          404);
}
