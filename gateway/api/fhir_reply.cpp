#include "gateway/api/fhir_reply.hpp"

#include <array>
#include <ctime>

#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/fhir_page.hpp"

namespace gateway::api {
namespace {

using fhir::r4::write_json;
using fhir::r4::write_json_string;

/// The begin of an entry, up to and with its resource.
void add_entry(std::string& out, std::string_view base, const Shown& shown)
{
    out.append(out.ends_with('[') ? R"({"fullUrl":)" : R"(,{"fullUrl":)");
    write_json_string(std::string(base) + "/" + shown.where.type + "/" + shown.where.id, out);
    out.append(R"(,"resource":)");
    write_json(*shown.resource, out);
}

std::string http_date(base::Instant when)
{
    const auto seconds = static_cast<std::time_t>(base::to_seconds(when));
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

}  // namespace

void add_link(std::string& out, std::string_view relation, std::string_view url)
{
    out.append(out.ends_with('[') ? R"({"relation":")" : R"(,{"relation":")").append(relation);
    out.append(R"(","url":)");
    write_json_string(url, out);
    out.push_back('}');
}

std::string fhir_base(const net::Request& request)
{
    return "https://" + std::string(request.header("host")) + "/fhir";
}

std::string etag_of(const store::Resource& where)
{
    return "W/\"" + version_id(where) + "\"";
}

net::Response resource_reply(const net::Request& request, const Shown& shown)
{
    const auto etag = etag_of(shown.where);
    const bool known = request.header("if-none-match") == etag;
    std::string body;
    if (!known) {
        write_json(*shown.resource, body);
    }
    auto response = reply(known ? 304 : 200, kFhirJson, std::move(body));
    response.headers.emplace_back("etag", etag);
    response.headers.emplace_back("last-modified", http_date(shown.where.updated));
    return response;
}

net::Response searchset(const Call& call, const Search& search, const Page& page)
{
    const auto base = fhir_base(call.request);
    std::string body = R"({"resourceType":"Bundle","type":"searchset","total":)";
    body.append(std::to_string(page.total)).append(R"(,"link":[)");
    body.append(search_links(call, search, page.next)).append("]");
    if (!page.matches.empty()) {
        body.append(R"(,"entry":[)");
        for (const auto& shown : page.matches) {
            add_entry(body, base, shown);
            body.append(R"(,"search":{"mode":"match"}})");
        }
        for (const auto& shown : page.included) {
            add_entry(body, base, shown);
            body.append(R"(,"search":{"mode":"include"}})");
        }
        body.append("]");
    }
    body.append("}");
    return reply(200, kFhirJson, std::move(body));
}

net::Response history(const net::Request& request, const std::vector<Shown>& versions)
{
    const auto base = fhir_base(request);
    std::string body = R"({"resourceType":"Bundle","type":"history","total":)";
    body.append(std::to_string(versions.size())).append(R"(,"link":[)");
    add_link(body, "self", "https://" + std::string(request.header("host")) + request.path);
    body.append(R"(],"entry":[)");
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const auto& where = versions[i].where;
        const bool first = i + 1 == versions.size();
        add_entry(body, base, versions[i]);
        body.append(R"(,"request":{"method":")").append(first ? "POST" : "PUT");
        body.append(R"(","url":)");
        write_json_string(where.type + "/" + where.id, body);
        body.append(R"(},"response":{"status":")").append(first ? "201" : "200");
        body.append(R"(","etag":)");
        write_json_string(etag_of(where), body);
        body.append(R"(,"lastModified":")").append(base::to_rfc3339(where.updated));
        body.append(R"("}})");
    }
    body.append("]}");
    return reply(200, kFhirJson, std::move(body));
}

std::string bundle_of(const net::Request& request, std::string_view type,
                      const std::vector<Shown>& all)
{
    const auto base = fhir_base(request);
    std::string body = R"({"resourceType":"Bundle","type":")";
    body.append(type).append("\"");
    if (!all.empty()) {
        body.append(R"(,"entry":[)");
        for (const auto& shown : all) {
            add_entry(body, base, shown);
            body.push_back('}');
        }
        body.append("]");
    }
    return body.append("}");
}

}  // namespace gateway::api
