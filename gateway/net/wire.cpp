#include "gateway/net/wire.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>
#include <span>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"

namespace gateway::net {
namespace {

/// What the room itself writes, whatever the caller says.
constexpr std::array<std::string_view, 5> kOfResponse{"connection", "content-length", "date",
                                                      "trace-id", "transfer-encoding"};
constexpr std::array<std::string_view, 4> kOfRequest{"connection", "content-length", "host",
                                                     "transfer-encoding"};

bool has_control(std::string_view text) noexcept
{
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20U && c != '\t') || byte == 0x7fU;
    });
}

bool is_safe(const std::pair<std::string, std::string>& field) noexcept
{
    const auto& [name, value] = field;
    return !name.empty() && name.find_first_of(" \t:") == std::string::npos && !has_control(name) &&
           !has_control(value);
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) noexcept
{
    return std::ranges::any_of(
        names, [name](std::string_view one) { return base::equals_ignoring_case(one, name); });
}

void field(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

bool is_lower_hex(std::string_view text) noexcept
{
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

bool append_head(std::string& out, const Response& response, const Envelope& envelope)
{
    if (!std::ranges::all_of(response.headers, is_safe)) {
        return false;
    }
    const auto reason = boost::beast::http::obsolete_reason(
        static_cast<boost::beast::http::status>(response.status));
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(reason.data(), reason.size()).append("\r\n");
    for (const auto& [name, value] : response.headers) {
        if (!is_one_of(kOfResponse, name)) {
            field(out, name, value);
        }
    }
    field(out, "date", http_date());
    field(out, "trace-id", envelope.trace_id);
    if (response.status != 204 && response.status != 304) {
        field(out, "content-length", std::to_string(response.body.size()));
    }
    if (envelope.close) {
        field(out, "connection", "close");
    }
    out.append("\r\n");
    return true;
}

bool append_request(std::string& out, const RequestLine& line, const Headers& headers)
{
    if (has_control(line.method) || line.method.find(' ') != std::string_view::npos ||
        !std::ranges::all_of(headers, is_safe)) {
        return false;
    }
    out.append(line.method).append(" ").append(line.target).append(" HTTP/1.1\r\n");
    field(out, "host", line.host);
    for (const auto& [name, value] : headers) {
        if (!is_one_of(kOfRequest, name)) {
            field(out, name, value);
        }
    }
    if (line.body_size > 0 || line.method.starts_with('P')) {
        field(out, "content-length", std::to_string(line.body_size));
    }
    out.append("\r\n");
    return true;
}

std::string http_date()
{
    struct Cache {
        std::time_t at = -1;
        std::string text;
    };
    thread_local Cache cache;
    const auto now = std::time(nullptr);
    if (now != cache.at) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::array<char, 40> text{};
        const auto size =
            std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        cache = {now, std::string(text.data(), size)};
    }
    return cache.text;
}

std::string new_trace_id()
{
    std::array<unsigned char, 16> bytes{};
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return base::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<std::string> trace_id_of(std::string_view traceparent)
{
    const auto parts = base::split(traceparent, '-');
    const bool formed = parts.size() == 4 && parts[0] == "00" && parts[1].size() == 32 &&
                        parts[2].size() == 16 && parts[3].size() == 2 && is_lower_hex(parts[1]) &&
                        is_lower_hex(parts[2]) && is_lower_hex(parts[3]);
    if (!formed || parts[1].find_first_not_of('0') == std::string_view::npos ||
        parts[2].find_first_not_of('0') == std::string_view::npos) {
        return std::nullopt;
    }
    return std::string(parts[1]);
}

}  // namespace gateway::net
