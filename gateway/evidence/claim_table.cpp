#include "gateway/evidence/claim_table.hpp"

#include <limits>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"

namespace gateway::evidence {
namespace {

using fhir::r4::Kind;
using fhir::r4::Node;

bool read_text(const Node& object, std::string_view name, std::string& out)
{
    const auto* node = object.find(name);
    return node != nullptr && read(*node, out);
}

void write_pair(std::string_view name, std::string_view value, std::string& json)
{
    fhir::r4::write_json_string(name, json);
    json += ':';
    fhir::r4::write_json_string(value, json);
}

}  // namespace

bool read(const Node& node, std::string& out)
{
    out = node.text;
    return node.kind == Kind::string && !out.empty();
}

bool read(const Node& node, std::uint64_t& out)
{
    const auto number = base::to_size(node.text);
    out = number.value_or(0);
    return node.kind == Kind::number && number;
}

bool read(const Node& node, std::int64_t& out)
{
    std::uint64_t number = 0;
    const bool fits = read(node, number) && number <= static_cast<std::uint64_t>(
                                                          std::numeric_limits<std::int64_t>::max());
    out = fits ? static_cast<std::int64_t>(number) : 0;
    return fits;
}

bool read(const Node& node, bool& out)
{
    out = node.text == "true";
    return node.kind == Kind::boolean;
}

bool read(const Node& node, std::vector<std::string>& out)
{
    for (const auto& item : node) {
        if (!read(item, out.emplace_back())) {
            return false;
        }
    }
    return node.kind == Kind::array && !out.empty();
}

bool read(const Node& node, AgreementClaim& out)
{
    return node.kind == Kind::object && read_text(node, "id", out.id) &&
           read_text(node, "ver", out.version) && read_text(node, "dig", out.digest) &&
           is_digest_claim(out.digest);
}

bool read(const Node& node, LogClaim& out)
{
    const auto* index = node.kind == Kind::object ? node.find("index") : nullptr;
    return index != nullptr && read(*index, out.index) && read_text(node, "origin", out.origin);
}

bool read(const Node& node, std::vector<ClauseClaim>& out)
{
    for (const auto& item : node) {
        auto& clause = out.emplace_back();
        const auto* permits = item.kind == Kind::object ? item.find("permits") : nullptr;
        if (permits == nullptr || !read(*permits, clause.permits) ||
            !read_text(item, "clause", clause.clause)) {
            return false;
        }
        const auto* by = item.find("by");
        const auto* removed = item.find("removed");
        if ((by != nullptr && !read(*by, clause.by)) ||
            (removed != nullptr && !read(*removed, clause.removed))) {
            return false;
        }
    }
    return node.kind == Kind::array;
}

bool is_empty(const std::string& value)
{
    return value.empty();
}
bool is_empty(std::int64_t value)
{
    return value == 0;
}
bool is_empty(std::uint64_t value)
{
    return value == 0;
}
bool is_empty(bool value)
{
    return !value;
}
bool is_empty(const std::vector<std::string>& value)
{
    return value.empty();
}
bool is_empty(const AgreementClaim& value)
{
    return value.id.empty();
}
bool is_empty(const LogClaim& value)
{
    return value.origin.empty();
}
bool is_empty(const std::vector<ClauseClaim>& value)
{
    return value.empty();
}

void write(const std::string& value, std::string& json)
{
    fhir::r4::write_json_string(value, json);
}

void write(std::int64_t value, std::string& json)
{
    json += std::to_string(value);
}

void write(std::uint64_t value, std::string& json)
{
    json += std::to_string(value);
}

void write(bool value, std::string& json)
{
    json += value ? "true" : "false";
}

void write(const std::vector<std::string>& value, std::string& json)
{
    json += '[';
    for (const auto& item : value) {
        json += json.back() == '[' ? "" : ",";
        write(item, json);
    }
    json += ']';
}

void write(const AgreementClaim& value, std::string& json)
{
    json += '{';
    write_pair("id", value.id, json);
    json += ',';
    write_pair("ver", value.version, json);
    json += ',';
    write_pair("dig", value.digest, json);
    json += '}';
}

void write(const LogClaim& value, std::string& json)
{
    json += '{';
    write_pair("origin", value.origin, json);
    json += ",\"index\":" + std::to_string(value.index) + '}';
}

void write(const std::vector<ClauseClaim>& value, std::string& json)
{
    json += '[';
    for (const auto& item : value) {
        json += json.back() == '[' ? "{" : ",{";
        write_pair("clause", item.clause, json);
        json += ",\"permits\":";
        write(item.permits, json);
        if (!item.by.empty()) {
            json += ',';
            write_pair("by", item.by, json);
        }
        if (!item.removed.empty()) {
            json += ",\"removed\":";
            write(item.removed, json);
        }
        json += '}';
    }
    json += ']';
}

bool is_digest_claim(std::string_view text)
{
    if (!text.starts_with(kDigestStart)) {
        return false;
    }
    const auto bytes = base::from_base64url(text.substr(kDigestStart.size()));
    return bytes && bytes->size() == base::Digest{}.size();
}

bool holds_digests(const Node& node)
{
    if (node.kind != Kind::array) {
        return is_digest_claim(node.text);
    }
    for (const auto& item : node) {
        if (!is_digest_claim(item.text)) {
            return false;
        }
    }
    return true;
}

base::Failure claim_missing(std::string_view document, std::string_view name)
{
    return base::fail(base::Errc::claim_mismatch, std::string(document) + " " + std::string(name),
                      {"un dato que debe estar", "a claim that must be there"},
                      {"ninguno", "none"});
}

base::Failure claim_malformed(std::string_view document, std::string_view name, const Node& node)
{
    return base::fail(base::Errc::claim_mismatch, std::string(document) + " " + std::string(name),
                      {"un dato del tipo y la forma que el formato pide",
                       "a claim of the type and shape that the format asks"},
                      base::kind_of(node.text));
}

}  // namespace gateway::evidence
