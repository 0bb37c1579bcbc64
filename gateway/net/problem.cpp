#include "gateway/net/problem.hpp"

#include <string>

#include "fhir_models/r4/json_writer.hpp"

namespace gateway::net {
namespace {

using fhir::r4::write_json_string;

void member(std::string& out, std::string_view name, std::string_view value)
{
    out += out.ends_with('{') ? "" : ",";
    write_json_string(name, out);
    out += ':';
    write_json_string(value, out);
}

void member(std::string& out, std::string_view name, const base::Text& text)
{
    out += ',';
    write_json_string(name, out);
    out += ":{";
    member(out, "es", text.es);
    member(out, "en", text.en);
    out += '}';
}

std::string detail(const base::Error& error)
{
    if (error.expected.es.empty()) {
        return error.where;
    }
    const auto place = error.where.empty() ? "" : error.where + ": ";
    return place + "se esperaba " + error.expected.es + " / expected " + error.expected.en;
}

}  // namespace

Response problem(const base::Error& error, std::string_view trace_id)
{
    const auto& row = base::info(error.code);
    Response response;
    response.status = row.http;
    response.headers.emplace_back("content-type", "application/problem+json");
    response.headers.emplace_back("cache-control", "no-store");
    if (row.http == 503) {
        response.headers.emplace_back("retry-after", "1");
    }
    auto& out = response.body;
    out = "{";
    member(out, "type", "urn:puente:problem:" + std::string(row.id));
    member(out, "title", std::string(row.es) + " / " + std::string(row.en));
    out += ",\"status\":" + std::to_string(row.http);
    member(out, "detail", detail(error));
    member(out, "code", row.id);
    member(out, "where", error.where);
    member(out, "expected", error.expected);
    if (!error.found.es.empty()) {
        member(out, "found", error.found);
    }
    member(out, "trace", trace_id);
    out += '}';
    return response;
}

}  // namespace gateway::net
