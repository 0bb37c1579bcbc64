#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/node.hpp"
#include "gateway/agreements/agreement.hpp"

namespace gateway::agreements {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

constexpr std::int64_t kYear = 365LL * 24 * 3600;

void add_party(Document& document, Node& parties, const Party& party)
{
    auto& node = document.add(parties, "", Kind::object);
    const auto text = [&](Node& parent, std::string_view name, std::string_view value) {
        document.add(parent, name, Kind::string, document.keep(value));
    };
    text(node, "institution", party.institution);
    text(node, "name", party.name);
    text(node, "rfc", party.rfc);
    auto& clues = document.add(node, "clues", Kind::array);
    for (const auto& item : party.clues) {
        text(clues, "", item);
    }
    auto& signatory = document.add(node, "signatory", Kind::object);
    text(signatory, "name", party.signatory.name);
    text(signatory, "position", party.signatory.position);
    auto& thumbprints = document.add(node, "signing_thumbprints", Kind::array);
    for (const auto& item : party.signing_thumbprints) {
        text(thumbprints, "", item);
    }
}

void add_grant(Document& document, Node& grants, const Party& from, const Party& to)
{
    auto& grant = document.add(grants, "", Kind::object);
    document.add(grant, "from", Kind::string, document.keep(from.institution));
    document.add(grant, "to", Kind::string, document.keep(to.institution));
    document.add(document.add(grant, "purposes", Kind::array), "", Kind::string, "TREAT");
    auto& types = document.add(grant, "resource_types", Kind::array);
    for (const std::string_view type : {"Patient", "Encounter", "Condition", "Observation",
                                        "DiagnosticReport", "Practitioner", "Organization"}) {
        document.add(types, "", Kind::string, type);
    }
    document.add(grant, "legal_basis", Kind::string, "LB64-V");
    document.add(grant, "unsigned_allowed", Kind::boolean, "false");
}

}  // namespace

std::string new_agreement(std::string_view id, const Party& from, const Party& to,
                          base::Instant now)
{
    Document document;
    auto& root = document.root();
    root.kind = Kind::object;
    const auto text = [&](Node& parent, std::string_view name, std::string_view value) {
        document.add(parent, name, Kind::string, document.keep(value));
    };
    text(root, "format", "puente.agreement/1");
    text(root, "id", id);
    text(root, "version", "1");
    text(root, "env", "test");
    text(root, "object", "Intercambio de registros clínicos para la atención médica");
    text(root, "subjects", "Personas atendidas por ambas partes");
    auto& parties = document.add(root, "parties", Kind::array);
    add_party(document, parties, from);
    add_party(document, parties, to);
    auto& term = document.add(root, "term", Kind::object);
    text(term, "from", base::to_rfc3339(now));
    text(term, "to", base::to_rfc3339(base::from_seconds(base::to_seconds(now) + kYear)));
    add_grant(document, document.add(root, "grants", Kind::array), from, to);
    text(document.add(root, "channels", Kind::array), "", "exchanges");
    text(document.add(root, "notice", Kind::object), "version", "1");
    auto& retention = document.add(root, "retention", Kind::object);
    document.add(retention, "years", Kind::number, "5");
    text(retention, "at_end", "keep");
    document.add(root, "breach_notice_hours", Kind::number, "24");
    document.add(root, "onward_transfer", Kind::boolean, "false");
    text(root, "termination", "Por acuerdo de las partes o aviso con treinta días de anticipación");
    text(root, "jurisdiction", "Tribunales federales de la Ciudad de México");
    return fhir::r4::to_pretty_json(root) + "\n";
}

}  // namespace gateway::agreements
