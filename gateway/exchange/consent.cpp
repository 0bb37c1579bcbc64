#include "gateway/exchange/consent.hpp"

#include <algorithm>
#include <set>

#include "fhir_models/national/identifiers.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/search/search.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/served.hpp"

namespace gateway::exchange {
namespace {

using fhir::r4::Node;

template <class Test>
bool any(const Node& list, Test test)
{
    for (const auto& item : list) {
        if (test(item)) {
            return true;
        }
    }
    return false;
}

bool has_code(const Node* concepts, std::string_view code)
{
    const auto* const codings = concepts == nullptr ? nullptr : concepts->find("coding");
    return codings != nullptr &&
           any(*codings, [code](const Node& coding) { return coding.text_of("code") == code; });
}

/// `when_none`: what holds when it names none.
bool names_purpose(const Node& provision, std::string_view purpose, bool when_none)
{
    const auto* const purposes = provision.find("purpose");
    return purposes == nullptr ? when_none : any(*purposes, [purpose](const Node& coding) {
        return coding.text_of("code") == purpose;
    });
}

bool names_receiver(const Node& provision, std::string_view receiver)
{
    const auto* const actors = provision.find("actor");
    return actors == nullptr || any(*actors, [receiver](const Node& actor) {
               const auto* const who = actor.find("reference");
               const auto* const identifier = who == nullptr ? nullptr : who->find("identifier");
               return identifier != nullptr && identifier->text_of("value") == receiver;
           });
}

/// Nothing when the period cannot be read: it permits nothing then, and denies.
std::optional<bool> in_period(const Node& provision, base::Instant now)
{
    const auto* const period = provision.find("period");
    if (period == nullptr) {
        return true;
    }
    const auto start = period->text_of("start");
    const auto end = period->text_of("end");
    const auto from = fhir::r4::span_of(start);
    const auto to = fhir::r4::span_of(end);
    if ((!start.empty() && !from) || (!end.empty() && !to)) {
        return std::nullopt;
    }
    return (start.empty() || from->from <= now.microseconds) &&
           (end.empty() || now.microseconds < to->until);
}

bool denies(const Node& provision, const ConsentQuestion& asked)
{
    if (in_period(provision, asked.now) == false) {
        return false;
    }
    if (provision.text_of("type") == "deny" && names_purpose(provision, asked.purpose, true)) {
        return true;
    }
    const auto* const inner = provision.find("provision");
    return inner != nullptr &&
           any(*inner, [&asked](const Node& one) { return denies(one, asked); });
}

bool names_notice(const Node& consent, std::string_view notice)
{
    const auto* const rule = consent.find("policyRule");
    return rule != nullptr && (rule->text_of("text") == notice || has_code(rule, notice));
}

/// The stronger of two: what denies, then what permits.
void add(Consented& all, Consented one)
{
    all = std::max(all, one);
}

/// What the record's own say; their ids, as this gateway serves them, are added to `ids`.
Consented in_bundle(const Node& bundle, const ConsentQuestion& asked, std::string_view sender,
                    std::set<std::string>& ids)
{
    auto said = Consented::silent;
    const auto* const entries = bundle.find("entry");
    if (entries == nullptr) {
        return said;
    }
    for (const auto& entry : *entries) {
        const auto* const resource = entry.find("resource");
        if (resource != nullptr && resource->text_of("resourceType") == "Consent") {
            add(said, read_consent(*resource, asked));
            ids.insert(served_id(sender, "Consent", entry_id(entry)));
        }
    }
    return said;
}

base::Result<std::string> person_of(const fhir::national::Subject& subject, const Self& self,
                                    store::Store& store)
{
    const std::pair<std::string_view, std::string_view> keys[] = {
        {fhir::national::kCurpSystem, subject.curp}, {subject.folio_system, subject.folio}};
    for (const auto& [system, value] : keys) {
        if (value.empty()) {
            continue;
        }
        auto person = store.find_person(system, self.index_value(system, value));
        if (!person) {
            return base::Failure(person.error());
        }
        if (*person) {
            return **std::move(person);
        }
    }
    return std::string();
}

}  // namespace

Consented read_consent(const Node& consent, const ConsentQuestion& asked)
{
    const auto* const provision = consent.find("provision");
    if (consent.text_of("status") != "active" || provision == nullptr) {
        return Consented::silent;
    }
    if (denies(*provision, asked)) {
        return Consented::denies;
    }
    const bool shown =
        consent.find("sourceAttachment") != nullptr || consent.find("sourceReference") != nullptr;
    const bool permits = provision->text_of("type") == "permit" &&
                         in_period(*provision, asked.now) == true &&
                         names_purpose(*provision, asked.purpose, false) &&
                         names_receiver(*provision, asked.receiver) &&
                         has_code(consent.find("scope"), "patient-privacy") &&
                         names_notice(consent, asked.notice) && shown;
    return permits ? Consented::permits : Consented::silent;
}

base::Result<Consented> held_consent(const std::string& person, std::string_view sender,
                                     const ConsentQuestion& asked, const Self& self,
                                     store::Store& store, std::set<std::string> newer)
{
    auto said = Consented::silent;
    const auto held = person.empty() ? base::Result<std::vector<store::Resource>>()
                                     : store.resources_of(person, "Consent");
    if (!held) {
        return base::Failure(held.error());
    }
    for (const auto& where : *held) {
        if (where.sender != sender || where.receiver != asked.receiver ||
            !newer.insert(where.id).second) {
            continue;
        }
        const auto bytes = bundle_of(where, self, store);
        if (!bytes && bytes.error().code == base::Errc::not_found) {
            continue;  // erased
        }
        const auto bundle = bytes ? fhir::r4::read_json(*bytes)
                                  : base::Result<fhir::r4::Document>(base::Failure(bytes.error()));
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        const auto* const entries = bundle->root().find("entry");
        const auto* const entry = entries == nullptr ? nullptr : entries->at(where.entry);
        const auto* const consent = entry == nullptr ? nullptr : entry->find("resource");
        if (consent != nullptr) {
            add(said, read_consent(*consent, asked));
        }
    }
    return said;
}

base::Result<bool> all_consent(const Intake& intake, const Assessment& assessment,
                               const agreements::Agreement& agreement, const Self& self,
                               store::Store& store)
{
    const ConsentQuestion asked{intake.purpose, agreement.notice.version, intake.receiver,
                                intake.received};
    std::string_view rest(assessment.fhir);
    for (const auto& record : assessment.records) {
        if (!record.accepted) {
            continue;
        }
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto bundle = fhir::r4::read_json(line);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        std::set<std::string> ids;
        auto said = in_bundle(bundle->root(), asked, intake.sender, ids);
        const auto person = person_of(record.subject, self, store);
        if (!person) {
            return base::Failure(person.error());
        }
        const auto held = held_consent(*person, intake.sender, asked, self, store, std::move(ids));
        if (!held) {
            return base::Failure(held.error());
        }
        add(said, *held);
        if (said != Consented::permits) {
            return false;
        }
    }
    return true;
}

}  // namespace gateway::exchange
