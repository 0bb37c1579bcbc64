#include "gateway/net/url.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace gateway::net {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kPlainScheme = "http://";

base::Failure refuse()
{
    return base::fail(base::Errc::malformed_request, "url",
                      {"https://servidor[:puerto]/ruta", "https://host[:port]/path"});
}

}  // namespace

base::Result<Url> parse_url(std::string_view text, PlainHttp plain)
{
    const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
    const bool secure = text.starts_with(kScheme);
    const bool fits = secure || (plain == PlainHttp::taken && text.starts_with(kPlainScheme));
    if (!visible || !fits || text.find_first_of("#\\") != std::string_view::npos) {
        return refuse();
    }
    text.remove_prefix(secure ? kScheme.size() : kPlainScheme.size());
    const auto end = std::min(text.find_first_of("/?"), text.size());
    const auto authority = text.substr(0, end);
    auto target = std::string(text.substr(end));
    if (!target.starts_with('/')) {
        target.insert(0, "/");
    }
    const bool bracketed = authority.starts_with('[');
    const auto bracket = bracketed ? authority.find(']') : 0;
    if (authority.empty() || bracket == std::string_view::npos ||
        authority.find('@') != std::string_view::npos) {
        return refuse();
    }
    const auto colon = authority.find(':', bracket);
    const auto host = bracketed ? authority.substr(1, bracket - 1) : authority.substr(0, colon);
    const std::uint16_t usual = secure ? 443 : 80;
    Url url{secure, std::string(host), usual, std::string(authority), std::move(target)};
    const auto host_end = bracketed ? bracket + 1 : host.size();
    if (host.empty() || (colon == std::string_view::npos ? authority.size() : colon) != host_end) {
        return refuse();
    }
    if (colon != std::string_view::npos) {
        const auto port = base::to_size(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535) {
            return refuse();
        }
        url.port = static_cast<std::uint16_t>(*port);
    }
    return url;
}

base::Result<Url> parse_mllp_url(std::string_view text)
{
    constexpr std::string_view kMllp = "mllp";
    auto url = text.starts_with(kMllp)
                   ? parse_url("http" + std::string(text.substr(kMllp.size())), PlainHttp::taken)
                   : base::Result<Url>(refuse());
    const bool is_here =
        url && (url->host == "localhost" || url->host == "127.0.0.1" || url->host == "::1");
    const bool ends =
        url && url->target == "/" && url->authority.ends_with(std::to_string(url->port));
    if (!ends || (!url->secure && !is_here)) {
        return base::fail(base::Errc::malformed_request, "url",
                          {"mllps://servidor:puerto; sin TLS sólo mllp://127.0.0.1:puerto",
                           "mllps://host:port; without TLS only mllp://127.0.0.1:port"});
    }
    return url;
}

}  // namespace gateway::net
