#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Document;
using fhir::r4::Kind;
using fhir::r4::Node;

/// Adds one resource type of the route table with its interactions.
void add_type(Document& document, Node& resources, std::string_view type)
{
    auto& resource = document.add(resources, {}, Kind::object);
    document.add(resource, "type", Kind::string, document.keep(type));
    auto& interactions = document.add(resource, "interaction", Kind::array);
    const auto base = "/fhir/" + std::string(type);
    for (const auto& row : paths()) {
        if (row.method == "GET" && (row.pattern == base || row.pattern == base + "/{}")) {
            auto& interaction = document.add(interactions, {}, Kind::object);
            document.add(interaction, "code", Kind::string,
                         row.pattern == base ? "search-type" : "read");
        }
    }
    auto& parameters = document.add(resource, "searchParam", Kind::array);
    auto& parameter = document.add(parameters, {}, Kind::object);
    document.add(parameter, "name", Kind::string, "identifier");
    document.add(parameter, "type", Kind::string, "token");
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
    document.add(rest, "documentation", Kind::string,
                 "Cada lectura declara Exchange-Purpose y Exchange-Justification. Every read "
                 "states Exchange-Purpose and Exchange-Justification.");
    auto& resources = document.add(rest, "resource", Kind::array);
    add_type(document, resources, "Patient");
    co_return reply(200, "application/fhir+json; charset=utf-8", fhir::r4::to_json(root));
}

}  // namespace gateway::api
