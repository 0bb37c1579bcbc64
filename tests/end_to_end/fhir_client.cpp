#include "tests/end_to_end/fhir_client.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/validate.hpp"

namespace end_to_end {

using gateway::net::Headers;
using gateway::net::Response;

Headers why(Headers more)
{
    more.emplace_back("exchange-purpose", "TREAT");
    more.emplace_back("exchange-justification", "consulta de seguimiento");
    return more;
}

Response get(const std::string& path, const Headers& headers)
{
    return world().as_receiver("GET", path, headers);
}

std::string header(const Response& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers) {
        if (base::equals_ignoring_case(key, name)) {
            return value;
        }
    }
    return {};
}

/// The ids of the entries of a Bundle, in order; those of `mode` when one is named.
std::vector<std::string> ids_of(const std::string& json, std::string_view mode)
{
    std::vector<std::string> ids;
    const auto document = fhir::r4::read_json(json);
    const auto* entries = document ? document->root().find("entry") : nullptr;
    if (entries == nullptr) {
        return ids;
    }
    for (const auto& entry : *entries) {
        const auto* search = entry.find("search");
        if (mode.empty() || (search != nullptr && search->text_of("mode") == mode)) {
            ids.emplace_back(entry.find("resource")->text_of("id"));
        }
    }
    return ids;
}

std::string link(const std::string& json, std::string_view relation)
{
    const auto document = fhir::r4::read_json(json);
    REQUIRE(document);
    const auto* links = document->root().find("link");
    REQUIRE(links != nullptr);
    for (const auto& one : *links) {
        if (one.text_of("relation") == relation) {
            const auto url = std::string(one.text_of("url"));
            return url.substr(url.find("/fhir/"));
        }
    }
    return {};
}

void check_valid(const std::string& json)
{
    const auto document = fhir::r4::read_json(json);
    REQUIRE(document);
    const auto issues = fhir::r4::validate(document->root());
    for (const auto& issue : issues) {
        if (issue.severity == base::Severity::error || issue.severity == base::Severity::fatal) {
            FAIL_CHECK(issue.path << " " << issue.rule);
        }
    }
}

std::string by_curp(const std::string& curp)
{
    return "/fhir/Patient?identifier=urn:oid:2.16.840.1.113883.4.629%7C" + curp;
}

}  // namespace end_to_end
