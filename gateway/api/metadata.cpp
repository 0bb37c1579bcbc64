#include <algorithm>
#include <array>
#include <set>

#include "fhir_models/national/profiles.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/schema.hpp"
#include "fhir_models/r4/search/search.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/exchange/served.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// What a row of the route table is called in a CapabilityStatement.
struct Interaction {
    std::string_view method;
    std::string_view pattern;
    std::string_view code;
};
constexpr std::array kInteractions{
    Interaction{"GET", "/fhir/{}/{}", "read"},
    Interaction{"GET", "/fhir/{}/{}/_history/{}", "vread"},
    Interaction{"GET", "/fhir/{}/{}/_history", "history-instance"},
    Interaction{"GET", "/fhir/{}", "search-type"},
    Interaction{"POST", "/fhir/{}", "create"},
};

bool is_routed(std::string_view method, std::string_view pattern)
{
    return std::ranges::any_of(
        paths(), [&](const Path& row) { return row.method == method && row.pattern == pattern; });
}

constexpr std::string_view name_of(fhir::r4::SearchKind kind)
{
    constexpr std::array<std::string_view, 4> kNames{"token", "string", "date", "reference"};
    return kNames[static_cast<std::size_t>(kind)];
}

void add_parameter(Document& document, Node& parameters, std::string_view name,
                   std::string_view type)
{
    auto& parameter = document.add(parameters, {}, Kind::object);
    document.add(parameter, "name", Kind::string, name);
    document.add(parameter, "type", Kind::string, type);
}

/// Adds one resource type with the interactions of the route table and the parameters of R4.
void add_type(Document& document, Node& resources, std::string_view type)
{
    auto& resource = document.add(resources, {}, Kind::object);
    document.add(resource, "type", Kind::string, type);
    Node* supported = nullptr;
    for (const auto& profile : fhir::national::profiles().all()) {
        if (profile.type() == type) {
            supported = supported != nullptr
                            ? supported
                            : &document.add(resource, "supportedProfile", Kind::array);
            document.add(*supported, {}, Kind::string, profile.url());
        }
    }
    auto& interactions = document.add(resource, "interaction", Kind::array);
    for (const auto& [method, pattern, code] : kInteractions) {
        if (is_routed(method, pattern)) {
            auto& interaction = document.add(interactions, {}, Kind::object);
            document.add(interaction, "code", Kind::string, code);
        }
    }
    document.add(resource, "versioning", Kind::string, "versioned");
    document.add(resource, "readHistory", Kind::boolean, "true");
    const auto known = fhir::r4::search_parameters(type);
    std::vector<std::string_view> includes;
    for (const auto& parameter : known) {
        if (parameter.kind == fhir::r4::SearchKind::reference) {
            includes.push_back(
                document.keep(std::string(type) + ":" + std::string(parameter.name)));
        }
    }
    if (!includes.empty()) {
        auto& list = document.add(resource, "searchInclude", Kind::array);
        for (const auto include : includes) {
            document.add(list, {}, Kind::string, include);
        }
    }
    auto& parameters = document.add(resource, "searchParam", Kind::array);
    add_parameter(document, parameters, "_id", "token");
    add_parameter(document, parameters, "_lastUpdated", "date");
    for (const auto& parameter : known) {
        add_parameter(document, parameters, parameter.name, name_of(parameter.kind));
    }
}

/// The audit, which has parameters of its own beside R4's.
void add_audit(Document& document, Node& resources)
{
    auto& resource = document.add(resources, {}, Kind::object);
    document.add(resource, "type", Kind::string, "AuditEvent");
    auto& interactions = document.add(resource, "interaction", Kind::array);
    for (const std::string_view code : {"read", "search-type"}) {
        auto& interaction = document.add(interactions, {}, Kind::object);
        document.add(interaction, "code", Kind::string, code);
    }
    auto& parameters = document.add(resource, "searchParam", Kind::array);
    add_parameter(document, parameters, "date", "date");
    add_parameter(document, parameters, "patient", "reference");
    for (const std::string_view name :
         {"agent", "agreement", "event", "exchange", "outcome", "purpose"}) {
        add_parameter(document, parameters, name, "token");
    }
}

/// Operations of the route table: "$validate" of every "…/$validate".
void add_operations(Document& document, Node& rest)
{
    std::set<std::string_view> names;
    for (const auto& row : paths()) {
        const auto mark = row.pattern.find('$');
        if (mark != std::string_view::npos) {
            names.insert(row.pattern.substr(mark + 1));
        }
    }
    auto& operations = document.add(rest, "operation", Kind::array);
    for (const auto name : names) {
        auto& operation = document.add(operations, {}, Kind::object);
        document.add(operation, "name", Kind::string, name);
        const bool of_patient = name != "validate" && name != "process-message";
        document.add(operation, "definition", Kind::string,
                     document.keep("http://hl7.org/fhir/OperationDefinition/" +
                                   std::string(of_patient                  ? "Patient-"
                                               : name == "process-message" ? "MessageHeader-"
                                                                           : "Resource-") +
                                   std::string(name)));
    }
}

}  // namespace

boost::asio::awaitable<net::Response> show_metadata(Call call)
{
    Document document;
    auto& root = document.root();
    document.add(root, "resourceType", Kind::string, "CapabilityStatement");
    document.add(root, "status", Kind::string, "active");
    document.add(root, "date", Kind::string, document.keep(base::to_rfc3339(call.services.now())));
    document.add(root, "publisher", Kind::string, document.keep(call.services.self.urn));
    document.add(root, "kind", Kind::string, "instance");
    auto& software = document.add(root, "software", Kind::object);
    document.add(software, "name", Kind::string, "Puente");
    auto& implementation = document.add(root, "implementation", Kind::object);
    document.add(implementation, "description", Kind::string,
                 "Puente, pasarela de interoperabilidad FHIR");
    document.add(root, "fhirVersion", Kind::string, "4.0.1");
    auto& formats = document.add(root, "format", Kind::array);
    document.add(formats, {}, Kind::string, "json");
    auto& rests = document.add(root, "rest", Kind::array);
    auto& rest = document.add(rests, {}, Kind::object);
    document.add(rest, "mode", Kind::string, "server");
    document.add(
        rest, "documentation", Kind::string,
        "Cada lectura declara Exchange-Purpose y Exchange-Justification, y cada búsqueda de "
        "quién: _id, patient, patient.identifier o, de Patient, identifier. Every read "
        "states Exchange-Purpose and Exchange-Justification, and every search whose "
        "records: _id, patient, patient.identifier or, of Patient, identifier.");
    auto& resources = document.add(rest, "resource", Kind::array);
    for (const auto& type : fhir::r4::all_types()) {
        if (fhir::r4::find_resource(type.name) != nullptr && exchange::is_served(type.name)) {
            add_type(document, resources, type.name);
        }
    }
    add_audit(document, resources);
    auto& interactions = document.add(rest, "interaction", Kind::array);
    for (const std::string_view code : {"transaction", "batch"}) {
        auto& interaction = document.add(interactions, {}, Kind::object);
        document.add(interaction, "code", Kind::string, code);
    }
    add_operations(document, rest);
    co_return reply(200, "application/fhir+json; charset=utf-8", fhir::r4::to_json(root));
}

}  // namespace gateway::api
