#include <algorithm>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/agreements/fields.hpp"
#include "gateway/agreements/forms.hpp"
#include "gateway/agreements/inventory.hpp"

namespace gateway::agreements {
namespace {

constexpr fhir::r4::JsonLimits kLimits{.depth = 8, .bytes = std::size_t{1} << 20U};

Party read_party(Object& object)
{
    Party party;
    party.institution = object.text("institution", forms::kUrn);
    party.name = object.text("name", forms::kSentence);
    party.rfc = object.text("rfc", forms::kRfc);
    party.clues = object.texts("clues", forms::kClues, 1);
    auto signatory = object.object("signatory");
    party.signatory.name = signatory.text("name", forms::kSentence);
    party.signatory.position = signatory.text("position", forms::kSentence);
    signatory.done();
    party.signing_thumbprints = object.texts("signing_thumbprints", forms::kThumbprint, 0);
    object.done();
    return party;
}

void read_inventories(Object& object, Grant& grant)
{
    std::vector<std::string> seen;
    for (auto& entry : object.objects("fields", 1, Need::optional)) {
        Inventory inventory;
        inventory.purposes = entry.texts("purposes", forms::kPurpose, 1);
        inventory.elements = entry.texts("elements", forms::kElement, 1);
        inventory.refuses = entry.text("outside", forms::kOutside) == "refuse";
        entry.done();
        for (const auto& element : inventory.elements) {
            const auto type = element.substr(0, element.find('.'));
            if (std::ranges::find(grant.resource_types, type) == grant.resource_types.end()) {
                entry.fault("elements", {"elementos de los recursos concedidos",
                                         "elements of the resource types of the grant"});
            }
        }
        for (const auto& purpose : inventory.purposes) {
            if (std::ranges::find(grant.purposes, purpose) == grant.purposes.end() ||
                std::ranges::find(seen, purpose) != seen.end()) {
                entry.fault("purposes", {"finalidades concedidas, cada una en un solo inventario",
                                         "purposes of the grant, each in one inventory"});
            }
            seen.push_back(purpose);
        }
        if (const auto gap = gap_in(inventory, grant.resource_types); !gap.empty()) {
            entry.fault("elements", {"también " + gap, "also " + gap}, {"falta", "it is missing"});
        }
        grant.fields.push_back(std::move(inventory));
    }
}

Grant read_grant(Object& object)
{
    Grant grant;
    grant.from = object.text("from", forms::kUrn);
    grant.to = object.text("to", forms::kUrn);
    grant.purposes = object.texts("purposes", forms::kPurpose, 1);
    grant.resource_types = object.texts("resource_types", forms::kResource, 1);
    grant.legal_basis = object.text("legal_basis", forms::kLegalBasis, Need::optional);
    grant.unsigned_allowed = object.flag("unsigned_allowed", Need::optional);
    grant.uncountersigned_allowed = object.flag("uncountersigned_allowed", Need::optional);
    read_inventories(object, grant);
    object.done();
    return grant;
}

void read_parties(Object& root, Agreement& agreement)
{
    for (auto& object : root.objects("parties", 2)) {
        auto party = read_party(object);
        if (!party.institution.empty() && agreement.party(party.institution) != nullptr) {
            object.fault("institution", {"otra institución", "another institution"},
                         {"repetida", "used twice"});
        }
        agreement.parties.push_back(std::move(party));
    }
}

void read_grants(Object& root, Agreement& agreement)
{
    for (auto& object : root.objects("grants", 1)) {
        auto grant = read_grant(object);
        for (const auto& [key, urn] :
             {std::pair<std::string_view, std::string_view>{"from", grant.from},
              std::pair<std::string_view, std::string_view>{"to", grant.to}}) {
            if (!urn.empty() && agreement.party(urn) == nullptr) {
                object.fault(key, {"la institución de una de las partes", "a party's institution"});
            }
        }
        if (!grant.to.empty() && grant.from == grant.to) {
            object.fault("to", {"la otra parte", "the other party"});
        }
        agreement.grants.push_back(std::move(grant));
    }
}

void read_term(Object term, Agreement& agreement)
{
    const auto from = base::from_rfc3339(term.text("from", forms::kInstant));
    const auto to = base::from_rfc3339(term.text("to", forms::kInstant));
    if (from && to && *to <= *from) {
        term.fault("to", {"una fecha posterior a la de inicio", "a date after the first"});
    }
    agreement.valid_from = from.value_or(base::Instant{});
    agreement.valid_to = to.value_or(base::Instant{});
    term.done();
}

void read_duties(Object& root, Agreement& agreement)
{
    auto notice = root.object("notice");
    agreement.notice.version = notice.text("version", forms::kSentence);
    agreement.notice.digest = notice.text("digest", forms::kDigest, Need::optional);
    notice.done();

    auto retention = root.object("retention");
    agreement.retention_years = retention.number("years", 5, 100);  // NOM-004 5.4: at least five
    agreement.at_end = retention.text("at_end", forms::kAtEnd);
    retention.done();

    agreement.breach_notice_hours = root.number("breach_notice_hours", 1, 720);
    agreement.onward_transfer = root.flag("onward_transfer");
    agreement.termination = root.text("termination", forms::kSentence);
    agreement.jurisdiction = root.text("jurisdiction", forms::kSentence);
}

}  // namespace

const Party* Agreement::party(std::string_view institution) const noexcept
{
    const auto found = std::ranges::find(parties, institution, &Party::institution);
    return found == parties.end() ? nullptr : &*found;
}

const Inventory* Grant::inventory(std::string_view purpose) const noexcept
{
    const auto found = std::ranges::find_if(fields, [purpose](const Inventory& one) {
        return std::ranges::find(one.purposes, purpose) != one.purposes.end();
    });
    return found == fields.end() ? nullptr : &*found;
}

const Act* Agreement::act_at(base::Instant moment) const noexcept
{
    const auto found = std::ranges::find_if(acts, [moment](const Act& act) {
        return act.from <= moment && (!act.until || moment < *act.until);
    });
    return found == acts.end() ? nullptr : &*found;
}

tl::expected<Agreement, std::vector<base::Error>> read_document(std::string bytes)
{
    const auto json = fhir::r4::read_json(bytes, kLimits);
    if (!json) {
        return tl::unexpected(Faults{json.error()});
    }
    Faults faults;
    if (json->root().kind != fhir::r4::Kind::object) {
        faults.push_back({base::Errc::malformed_config, "/", {"un objeto", "an object"}, {}});
        return tl::unexpected(std::move(faults));
    }

    Agreement agreement;
    Object root(&json->root(), "", faults);
    (void)root.text("format", forms::kFormat);
    agreement.id = root.text("id", forms::kName);
    agreement.version = root.text("version", forms::kName);
    agreement.env = root.text("env", forms::kWorld);
    agreement.object = root.text("object", forms::kSentence);
    agreement.subjects = root.text("subjects", forms::kSentence);
    read_parties(root, agreement);
    read_term(root.object("term"), agreement);
    read_grants(root, agreement);
    agreement.channels = root.texts("channels", forms::kChannel, 1);
    read_duties(root, agreement);
    root.done();

    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    agreement.digest = base::sha256(bytes);
    agreement.bytes = std::move(bytes);
    return agreement;
}

}  // namespace gateway::agreements
