#include "gateway/net/head.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "fhir_models/base/text.hpp"
#include "gateway/net/characters.hpp"
#include "gateway/net/target.hpp"

namespace gateway::net {
namespace {

using base::Failure;
using base::Result;

constexpr std::size_t kMostFields = 100;

constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};

/// The only headers that may stand more than once: lists whose parts mean the same in any split.
constexpr std::array<std::string_view, 16> kRepeatable{
    "accept",  "accept-charset",  "accept-encoding",  "accept-language",
    "baggage", "cache-control",   "cookie",           "forwarded",
    "pragma",  "prefer",          "tracestate",       "via",
    "warning", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"};

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

Result<void> take_fields(const RawHead& raw, Head& head)
{
    if (raw.fields.size() > kMostFields) {
        return refuse("header", "a lo más 100 campos", "at most 100 fields");
    }
    std::set<std::string_view> seen;
    head.headers.reserve(raw.fields.size());
    for (const auto& [name, value] : raw.fields) {
        if (name.empty() || !consists_of(name, kTokenMarks)) {
            return refuse("header", "un nombre de campo de RFC 9110", "a field name of RFC 9110",
                          name);
        }
        const bool clean =
            std::ranges::none_of(value, [](char c) { return is_control(c) && c != '\t'; });
        auto& [key, text] =
            head.headers.emplace_back(base::to_lower_ascii(name), base::trim(value));
        if (!clean || base::find_invalid_utf8(text) != std::string::npos) {
            return refuse(key, "UTF-8 sin caracteres de control",
                          "UTF-8 without control characters", value);
        }
        // The vector never grows beyond what was reserved: the views stay good.
        if (!seen.insert(key).second && std::ranges::find(kRepeatable, key) == kRepeatable.end()) {
            return refuse(key, "una sola vez", "only once");
        }
    }
    return {};
}

std::optional<std::string_view> find(const Head& head, std::string_view name)
{
    for (const auto& [key, value] : head.headers) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

/// host[:port], the host a name, an IPv4 address or a bracketed IPv6 address.
bool is_host(std::string_view text)
{
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : text.find(':');
    auto host = text.substr(0, end);
    auto port = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    if (bracketed) {
        if (port.empty()) {
            return false;
        }
        host.remove_prefix(1);
        port.remove_prefix(1);
        const bool hex = std::ranges::all_of(
            host, [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
        if (!hex || host.find(':') == std::string_view::npos) {
            return false;
        }
    } else if (host.empty() || !consists_of(host, "-._")) {
        return false;
    }
    if (port.empty()) {
        return true;
    }
    const auto number = base::to_size(port.substr(1));
    return port.front() == ':' && number && *number > 0 && *number <= 65535;
}

/// Where the body ends: nothing but one of the two ways the standard has, never both.
Result<void> take_framing(unsigned version, Head& head)
{
    const auto coding = find(head, "transfer-encoding");
    const auto length = find(head, "content-length");
    if (coding) {
        if (version != 11 || length || !base::equals_ignoring_case(*coding, "chunked")) {
            return refuse("transfer-encoding", "'chunked' solo, en HTTP/1.1, sin Content-Length",
                          "'chunked' alone, in HTTP/1.1, without Content-Length", *coding);
        }
        head.chunked = true;
    }
    if (length) {
        head.length = base::to_size(*length);
        if (!head.length) {
            return refuse("content-length", "un entero decimal", "a decimal integer", *length);
        }
    }
    if (find(head, "trailer")) {
        return refuse("trailer", "ningún campo tras el cuerpo", "no field after the body");
    }
    return {};
}

Result<void> take_connection(unsigned version, Head& head)
{
    const auto expect = find(head, "expect");
    if (expect) {
        if (version != 11 || !base::equals_ignoring_case(*expect, "100-continue")) {
            return refuse("expect", "'100-continue' en HTTP/1.1", "'100-continue' in HTTP/1.1",
                          *expect);
        }
        head.expects_continue = true;
    }
    head.keep_alive = version == 11;
    const auto options = find(head, "connection").value_or("");
    for (const auto option : base::split(options, ',')) {
        if (base::equals_ignoring_case(base::trim(option), "close")) {
            head.keep_alive = false;
        }
    }
    return {};
}

}  // namespace

HeadEnd find_head_end(std::string_view bytes, std::size_t from) noexcept
{
    using enum HeadEnd::State;
    for (std::size_t i = from; i < bytes.size(); ++i) {
        const char c = bytes[i];
        const char before = i > 0 ? bytes[i - 1] : '\n';
        if ((c == '\n') != (before == '\r')) {
            return {refused, i};
        }
        if (c == '\n') {
            if (i == 1) {
                return {refused, i};
            }
            if (i >= 3 && bytes[i - 2] == '\n') {
                return {complete, i + 1};
            }
        } else if (before == '\n' && (c == ' ' || c == '\t')) {
            return {refused, i};
        } else if (is_control(c) && c != '\r' && c != '\t') {
            return {refused, i};
        }
    }
    return {incomplete, bytes.size()};
}

Result<Head> judge(const RawHead& raw)
{
    Head head;
    if (std::ranges::find(kMethods, raw.method) == kMethods.end()) {
        return refuse("method", "un método HTTP conocido en mayúsculas",
                      "a known HTTP method in upper case", raw.method);
    }
    head.method = raw.method;
    if (raw.version != 10 && raw.version != 11) {
        return refuse("version", "HTTP/1.1", "HTTP/1.1");
    }
    auto target = judge_target(raw.target);
    if (!target) {
        return Failure(target.error());
    }
    head.path = std::move(target->path);
    head.query = std::move(target->query);
    if (auto taken = take_fields(raw, head); !taken) {
        return Failure(taken.error());
    }
    const auto host = find(head, "host");
    if (!host || !is_host(*host)) {
        return refuse("host", "un solo Host con nombre y puerto", "one Host with name and port",
                      host.value_or(""));
    }
    if (auto taken = take_framing(raw.version, head); !taken) {
        return Failure(taken.error());
    }
    if (auto taken = take_connection(raw.version, head); !taken) {
        return Failure(taken.error());
    }
    return head;
}

}  // namespace gateway::net
