#include "gateway/net/head.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "fhir_models/base/text.hpp"

namespace gateway::net {
namespace {

using base::Errc;
using base::fail;
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
constexpr std::string_view kPathMarks = "-._~!$&'()*+,;=:@%/";

bool is_alphanumeric(char c) noexcept
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool is_control(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
}

bool consists_of(std::string_view text, std::string_view marks) noexcept
{
    return std::ranges::all_of(text, [marks](char c) {
        return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte of "%41" at `at`, or -1.
int percent_value(std::string_view text, std::size_t at) noexcept
{
    if (text.size() - at < 3) {
        return -1;
    }
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

Failure refuse(std::string_view where, std::string_view es, std::string_view en,
               std::string_view value = {})
{
    return fail(Errc::malformed_request, std::string(where), {std::string(es), std::string(en)},
                value.empty() ? base::Text{} : base::kind_of(value));
}

Result<std::string> decode_path(std::string_view raw)
{
    if (!consists_of(raw, kPathMarks)) {
        return refuse("target", "una ruta de RFC 3986", "a path of RFC 3986", raw);
    }
    std::string path;
    path.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            path.push_back(raw[i]);
            continue;
        }
        const int value = percent_value(raw, i);
        const char byte = static_cast<char>(value);
        if (value < 0 || byte == '/' || byte == '\\' || is_control(byte)) {
            return refuse("target", "escapes %XX de caracteres imprimibles que no separan",
                          "%XX escapes of printable characters that separate nothing", raw);
        }
        path.push_back(byte);
        i += 2;
    }
    if (base::find_invalid_utf8(path) != std::string::npos) {
        return refuse("target", "UTF-8", "UTF-8", raw);
    }
    return path;
}

Result<void> check_segments(std::string_view path)
{
    const auto segments = base::split(path.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (segments[i] == "." || segments[i] == ".." || (segments[i].empty() && !last)) {
            return refuse("target", "una ruta sin segmentos vacíos, '.' ni '..'",
                          "a path without empty, '.' or '..' segments", path);
        }
    }
    return {};
}

Result<void> check_query(std::string_view query)
{
    for (std::size_t i = 0; i < query.size(); ++i) {
        const char c = query[i];
        const bool visible = c > ' ' && c < 0x7f && c != '#';
        if (!visible || (c == '%' && percent_value(query, i) < 0)) {
            return refuse("target", "una consulta de ASCII visible con escapes %XX",
                          "a query of visible ASCII with %XX escapes", query);
        }
    }
    return {};
}

Result<void> take_target(std::string_view target, Head& head)
{
    if (target.empty() || target.front() != '/') {
        return refuse("target", "una ruta que empieza con '/'", "a path that begins with '/'",
                      target);
    }
    const auto mark = target.find('?');
    auto path = decode_path(target.substr(0, mark));
    if (!path) {
        return Failure(path.error());
    }
    if (auto checked = check_segments(*path); !checked) {
        return checked;
    }
    head.path = *std::move(path);
    if (mark != std::string_view::npos) {
        head.query = target.substr(mark + 1);
    }
    return check_query(head.query);
}

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
    if (auto taken = take_target(raw.target, head); !taken) {
        return Failure(taken.error());
    }
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
