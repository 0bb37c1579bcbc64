#include "gateway/audit/audit_event.hpp"

#include <algorithm>
#include <string>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "gateway/audit/events.hpp"

namespace gateway::audit {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

constexpr std::string_view kProfiles = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";
constexpr std::string_view kUri = "urn:ietf:rfc:3986";
constexpr std::string_view kDone = "PU-0000";

constexpr Code kSource{"http://dicom.nema.org/resources/ontology/DCM", "110153", "Source Role ID"};
constexpr Code kDestination{"http://dicom.nema.org/resources/ontology/DCM", "110152",
                            "Destination Role ID"};
constexpr Code kServer{"http://terminology.hl7.org/CodeSystem/security-source-type", "4",
                       "Application Server"};

constexpr Code kPerson{"http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person"};
constexpr Code kObject{"http://terminology.hl7.org/CodeSystem/audit-entity-type", "2",
                       "System Object"};
constexpr Code kContract{"http://hl7.org/fhir/resource-types", "Contract", "Contract"};
constexpr Code kBundle{"http://hl7.org/fhir/resource-types", "Bundle", "Bundle"};

constexpr std::string_view kRoles = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr Code kPatientRole{kRoles, "1", "Patient"};
constexpr Code kReportRole{kRoles, "3", "Report"};
constexpr Code kResourceRole{kRoles, "4", "Domain Resource"};
constexpr Code kJobRole{kRoles, "20", "Job"};
constexpr Code kQueryRole{kRoles, "24", "Query"};

/// The resource while it is written.
class Writer {
public:
    Writer(const core::AuditEvent& event, std::string_view gateway)
        : event_(event), gateway_(gateway), row_(info(event.kind))
    {
    }

    Document write()
    {
        auto& root = document_.root();
        root.kind = Kind::object;
        literal(root, "resourceType", "AuditEvent");
        text(root, "id", event_.id);
        add_profile(root);
        coding(document_.add(root, "type", Kind::object), row_.type);
        coding(item(document_.add(root, "subtype", Kind::array)), row_.subtype);
        literal(root, "action", row_.action);
        text(root, "recorded", base::to_rfc3339(event_.when));
        add_outcome(root);
        add_purpose(root);
        auto& agents = document_.add(root, "agent", Kind::array);
        add_agent(agents, event_.agent, row_.caller_is_source ? kSource : kDestination, true);
        add_agent(agents, gateway_, row_.caller_is_source ? kDestination : kSource, false);
        auto& source = document_.add(root, "source", Kind::object);
        identifier(document_.add(source, "observer", Kind::object), kUri, gateway_);
        coding(item(document_.add(source, "type", Kind::array)), kServer);
        add_entities(document_.add(root, "entity", Kind::array));
        return std::move(document_);
    }

private:
    [[nodiscard]] bool went_well() const { return event_.outcome == kDone; }

    void add_profile(Node& root)
    {
        const auto profile = event_.person.empty() ? row_.profile : row_.person_profile;
        if (profile.empty() || !went_well()) {
            return;
        }
        auto& meta = document_.add(root, "meta", Kind::object);
        auto& profiles = document_.add(meta, "profile", Kind::array);
        text(profiles, {}, std::string(kProfiles).append(profile));
    }

    /// 0 done, 4 the fault of who asked, 8 of the gateway or the receiver.
    void add_outcome(Node& root)
    {
        const auto rows = base::catalogue();
        const auto fault = std::find_if(
            rows.begin(), rows.end(), [this](const auto& row) { return row.id == event_.outcome; });
        if (went_well()) {
            literal(root, "outcome", "0");
            return;
        }
        if (fault == rows.end()) {
            literal(root, "outcome", "8");
            text(root, "outcomeDesc", event_.outcome);
            return;
        }
        literal(root, "outcome", fault->fault == base::Fault::sender ? "4" : "8");
        text(root, "outcomeDesc", event_.outcome + " " + std::string(fault->es));
    }

    /// The purpose by its code and, in the caller's words, why.
    void add_purpose(Node& root)
    {
        if (event_.purpose.empty() && event_.justification.empty()) {
            return;
        }
        auto& purpose = item(document_.add(root, "purposeOfEvent", Kind::array));
        if (!event_.purpose.empty()) {
            auto& one = item(document_.add(purpose, "coding", Kind::array));
            literal(one, "system", "http://terminology.hl7.org/CodeSystem/v3-ActReason");
            text(one, "code", event_.purpose);
        }
        if (!event_.justification.empty()) {
            text(purpose, "text", event_.justification);
        }
    }

    void add_agent(Node& agents, std::string_view urn, const Code& role, bool caller)
    {
        auto& agent = item(agents);
        coding(
            item(document_.add(document_.add(agent, "type", Kind::object), "coding", Kind::array)),
            role);
        identifier(document_.add(agent, "who", Kind::object), kUri, urn);
        document_.add(agent, "requestor", Kind::boolean,
                      caller == row_.caller_asks ? "true" : "false");
        const auto address = caller ? std::string_view(event_.address) : urn;
        if (!address.empty()) {
            auto& network = document_.add(agent, "network", Kind::object);
            text(network, "address", address);
            literal(network, "type", caller && !is_uri(address) ? "2" : "5");  // IP address, URI
        }
    }

    static bool is_uri(std::string_view address)
    {
        return address.find("//") != std::string_view::npos || address.starts_with("urn:");
    }

    void add_entities(Node& entities)
    {
        if (!event_.person.empty()) {
            auto& person = entity(entities, kPerson, kPatientRole);
            auto& what = document_.add(person, "what", Kind::object);
            literal(what, "type", "Patient");
            identifier(what, "urn:puente:person-key", event_.person);
        }
        add_subject(entities);
        if (!event_.exchange.empty() && row_.subject != Subject::exchange) {
            auto& exchange = entity(entities, kBundle, kReportRole);
            identify_exchange(exchange);
        }
        if (!event_.agreement.empty()) {
            auto& agreement = entity(entities, kContract, kJobRole);
            identifier(document_.add(agreement, "what", Kind::object), "urn:puente:agreement",
                       event_.agreement);
            add_decision(agreement);
        }
    }

    /// What each clause of the agreement said.
    void add_decision(Node& agreement)
    {
        std::string_view rest(event_.decision);
        if (rest.empty()) {
            return;
        }
        auto& details = document_.add(agreement, "detail", Kind::array);
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            const auto space = line.find(' ');
            auto& detail = item(details);
            text(detail, "type", line.substr(0, space));
            text(detail, "valueString", line.substr(std::min(space, line.size() - 1) + 1));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        }
    }

    /// What was touched. An entity has a name or a query, not both (invariant sev-1).
    void add_subject(Node& entities)
    {
        switch (row_.subject) {
            case Subject::exchange: {
                auto& exchange = entity(entities, kObject, kReportRole);
                if (!event_.exchange.empty()) {
                    identify_exchange(exchange);
                }
                name(exchange);
                return;
            }
            case Subject::resource: {
                auto& resource = entity(entities, kObject, kResourceRole);
                if (!event_.entity.empty()) {
                    auto& what = document_.add(resource, "what", Kind::object);
                    text(what, "display", event_.entity);
                }
                return;
            }
            case Subject::query: {
                auto& query = entity(entities, kObject, kQueryRole);
                if (!event_.entity.empty()) {
                    text(query, "query", base::to_base64(event_.entity));
                }
                return;
            }
            case Subject::request:
                name(entity(entities, kObject, kJobRole));
                return;
        }
    }

    Node& entity(Node& entities, const Code& type, const Code& role)
    {
        auto& made = item(entities);
        coding(document_.add(made, "type", Kind::object), type);
        coding(document_.add(made, "role", Kind::object), role);
        return made;
    }

    void identify_exchange(Node& entity)
    {
        identifier(document_.add(entity, "what", Kind::object), kUri,
                   "urn:uuid:" + event_.exchange);
    }

    void name(Node& entity)
    {
        if (!event_.entity.empty()) {
            text(entity, "name", event_.entity);
        }
    }

    void identifier(Node& parent, std::string_view system, std::string_view value)
    {
        auto& made = document_.add(parent, "identifier", Kind::object);
        literal(made, "system", system);
        text(made, "value", value.empty() ? "urn:puente:unknown" : value);
    }

    void coding(Node& parent, const Code& code)
    {
        literal(parent, "system", code.system);
        literal(parent, "code", code.code);
        literal(parent, "display", code.display);
    }

    Node& item(Node& array) { return document_.add(array, {}, Kind::object); }

    void literal(Node& parent, std::string_view key, std::string_view value)
    {
        document_.add(parent, key, Kind::string, value);
    }

    void text(Node& parent, std::string_view key, std::string_view value)
    {
        document_.add(parent, key, Kind::string, document_.keep(value));
    }

    Document document_;
    const core::AuditEvent& event_;
    std::string_view gateway_;
    const EventInfo& row_;
};

}  // namespace

fhir::r4::Document to_fhir(const core::AuditEvent& event, std::string_view gateway)
{
    return Writer(event, gateway).write();
}

}  // namespace gateway::audit
