#include "gateway/audit/audit_event.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/path.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/audit/events.hpp"
#include "tests/support/files.hpp"

using namespace gateway;
using fhir::r4::get_text;

namespace {

constexpr std::string_view kGateway = "urn:puente:gateway:prueba";

core::AuditEvent event_of(core::AuditKind kind)
{
    return {"0190aaaa-0000-7000-8000-000000000001",
            kind,
            {1'795'219'200'000'000},
            "urn:puente:institution:hgz-1",
            "10.0.0.7",
            "TREAT",
            "interconsulta de cardiología",
            "convenio-1|3",
            "0190aaaa-0000-7000-8000-000000000002",
            std::string(64, 'd'),
            "PU-0000",
            "Patient/p-1",
            "term permit\nbasis permit LB64-V\nfields filter Patient.address Patient.photo"};
}

/// What R4 finds wrong with the event, with the event; empty when nothing.
std::string faults(const core::AuditEvent& event)
{
    const auto resource = audit::to_fhir(event, kGateway);
    std::string text;
    for (const auto& issue : fhir::r4::validate(resource.root())) {
        if (issue.severity != base::Severity::information) {
            text += issue.path + ": " + std::string(base::info(issue.code).en) + "; ";
        }
    }
    return text.empty() ? text : text + fhir::r4::to_json(resource.root());
}

}  // namespace

TEST_CASE("every kind of event becomes a valid AuditEvent, filled or nearly empty", "[audit]")
{
    for (const auto& row : audit::events()) {
        CAPTURE(row.name);
        auto event = event_of(row.kind);
        CHECK(faults(event).empty());
        event.outcome = "PU-4003";
        CHECK(faults(event).empty());
        core::AuditEvent bare;
        bare.id = event.id;
        bare.kind = row.kind;
        bare.outcome = "PU-0000";
        CHECK(faults(bare).empty());
    }
}

TEST_CASE("the list of events has one row per kind, in order", "[audit]")
{
    for (std::size_t i = 0; i < audit::events().size(); ++i) {
        CHECK(static_cast<std::size_t>(audit::events()[i].kind) == i);
    }
    CHECK(audit::events().back().kind == core::AuditKind::ledger_forked);
}

TEST_CASE("a read tells who, when, from where, for which purpose and why", "[audit]")
{
    const auto document = audit::to_fhir(event_of(core::AuditKind::read), kGateway);
    const auto& event = document.root();

    CHECK(get_text(event, "meta.profile[0]") ==
          "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead");
    CHECK(get_text(event, "recorded") == "2026-11-21T00:00:00.000Z");
    CHECK(get_text(event, "outcome") == "0");
    CHECK(get_text(event, "purposeOfEvent[0].coding[0].code") == "TREAT");
    CHECK(get_text(event, "purposeOfEvent[0].text") == "interconsulta de cardiología");
    CHECK(get_text(event, "agent[0].who.identifier.value") == "urn:puente:institution:hgz-1");
    CHECK(get_text(event, "agent[0].network.address") == "10.0.0.7");
    CHECK(fhir::r4::get(event, "agent[0].requestor")->text == "true");
    CHECK(get_text(event, "agent[0].type.coding[0].code") == "110152");
    CHECK(get_text(event, "agent[1].who.identifier.value") == kGateway);
    CHECK(fhir::r4::get(event, "agent[1].requestor")->text == "false");
    CHECK(get_text(event, "source.observer.identifier.value") == kGateway);
    CHECK(get_text(event, "entity[0].what.identifier.value") == std::string(64, 'd'));
    CHECK(get_text(event, "entity[1].what.display") == "Patient/p-1");
    CHECK(get_text(event, "entity[2].what.identifier.value") ==
          "urn:uuid:0190aaaa-0000-7000-8000-000000000002");
    CHECK(get_text(event, "entity[3].what.identifier.value") == "convenio-1|3");
}

TEST_CASE("each clause of the agreement says its word, and what it took out", "[audit]")
{
    const auto event = audit::to_fhir(event_of(core::AuditKind::received), kGateway);
    std::string said;
    for (const auto& entity : *event.root().find("entity")) {
        if (const auto* details = entity.find("detail")) {
            for (const auto& detail : *details) {
                said.append(detail.text_of("type")).append(": ");
                said.append(detail.text_of("valueString")).append("; ");
            }
        }
    }
    CHECK(said ==
          "term: permit; basis: permit LB64-V; fields: filter Patient.address Patient.photo; ");
}

TEST_CASE("a search keeps its words in base64 and no name beside them", "[audit]")
{
    auto search = event_of(core::AuditKind::search);
    search.entity = "Patient?identifier";
    const auto document = audit::to_fhir(search, kGateway);

    CHECK(get_text(document.root(), "entity[1].query") == base::to_base64("Patient?identifier"));
    CHECK(get_text(document.root(), "entity[1].name").empty());
    CHECK(get_text(document.root(), "agent[0].type.coding[0].code") == "110153");
}

TEST_CASE("a delivery is asked for by the gateway", "[audit]")
{
    auto delivered = event_of(core::AuditKind::delivered);
    delivered.address = "https://hgz-1.example/exchanges";
    const auto document = audit::to_fhir(delivered, kGateway);

    CHECK(fhir::r4::get(document.root(), "agent[0].requestor")->text == "false");
    CHECK(fhir::r4::get(document.root(), "agent[1].requestor")->text == "true");
    CHECK(get_text(document.root(), "agent[0].network.type") == "5");
    CHECK(get_text(document.root(), "agent[1].type.coding[0].code") == "110153");
}

TEST_CASE("a refusal says whose fault it was and claims no profile of success", "[audit]")
{
    const auto [outcome, code] = GENERATE(table<std::string, std::string>({
        {"PU-4003", "4"},
        {"PU-9001", "8"},
        {"PU-8888", "8"},
    }));
    auto denied = event_of(core::AuditKind::read);
    denied.outcome = outcome;
    const auto document = audit::to_fhir(denied, kGateway);

    CHECK(get_text(document.root(), "outcome") == code);
    CHECK(get_text(document.root(), "outcomeDesc").starts_with(outcome));
    CHECK(document.root().find("meta") == nullptr);
}

TEST_CASE("the list of events in the manual is the list in the code", "[audit]")
{
    const auto manual = support::read_file(support::project_root() / "gateway/audit/README.md");
    std::size_t rows = 0;
    for (const auto& row : gateway::audit::events()) {
        CAPTURE(row.name);
        CHECK(manual.find("| `" + std::string(row.name) + "` | " + std::string(row.when) + " |") !=
              std::string::npos);
        ++rows;
    }
    CHECK(std::ranges::count(manual, '|') == static_cast<std::ptrdiff_t>(3 * (rows + 2) + 1));
}
