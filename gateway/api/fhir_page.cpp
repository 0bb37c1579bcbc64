#include "gateway/api/fhir_page.hpp"

#include "fhir_models/base/bytes.hpp"
#include "gateway/api/fhir_reply.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/crypto/seal.hpp"

namespace gateway::api {
namespace {

constexpr std::string_view kPage = "_page";
constexpr std::size_t kLargestQuery = 64U << 10U;

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view kPlain = "-._~";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                           (c >= 'a' && c <= 'z') || kPlain.find(c) != std::string_view::npos;
        if (plain) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(kHex[byte >> 4U]);
            out.push_back(kHex[byte & 0x0fU]);
        }
    }
    return out;
}

std::string query_of(const Search& search, std::string_view cursor)
{
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
        query.append(query.empty() ? "" : "&").append(percent_encoded(name)).append("=");
        query.append(percent_encoded(value));
    };
    for (const auto& [name, value] : search.used) {
        add(name, value);
    }
    if (!cursor.empty()) {
        add("_cursor", cursor);
    }
    return query;
}

/// What the seal is bound to: who may follow the link, and where to.
std::string context_of(const Call& call, std::string_view type)
{
    return "search/" + call.caller->institution.id + "/" + std::string(type);
}

base::Result<std::string> opened(const Call& call, std::string_view type, std::string_view page)
{
    const auto dot = page.find('.');
    const auto key = base::from_base64url(page.substr(0, dot));
    const auto bytes =
        dot == std::string_view::npos ? std::nullopt : base::from_base64url(page.substr(dot + 1));
    const auto query = key && bytes ? crypto::open(call.services.self.master, {*key, *bytes},
                                                   context_of(call, type), kLargestQuery)
                                    : base::Result<std::string>(base::Failure(base::Error{}));
    if (!query) {
        return base::fail(base::Errc::unknown_parameter, std::string(kPage),
                          {"el enlace next de esta institución, entero",
                           "the next link of this institution, whole"});
    }
    return query;
}

}  // namespace

base::Result<Parameters> search_parameters(const Call& call, std::string_view type)
{
    const auto& request = call.request;
    auto given = query_values(request.query);
    if (request.method == "POST") {
        const auto form = query_values(request.body);
        given.insert(given.end(), form.begin(), form.end());
    }
    if (given.size() == 1 && given.front().first == kPage) {
        const auto query = opened(call, type, given.front().second);
        return query ? base::Result<Parameters>(query_values(*query))
                     : base::Failure(query.error());
    }
    return given;
}

std::string search_links(const Call& call, const Search& search, std::string_view next)
{
    const auto path = fhir_base(call.request) + "/" + search.type;
    const auto page = std::string(kPage) + "=";
    const bool paged = call.request.query.starts_with(page);
    const auto self = paged ? call.request.query : query_of(search, {});
    std::string links = "[";
    add_link(links, "self", self.empty() ? path : path + "?" + self);
    const auto sealed = next.empty()
                            ? base::Result<crypto::Sealed>()
                            : crypto::seal(call.services.self.master, query_of(search, next),
                                           context_of(call, search.type));
    if (!next.empty() && sealed) {
        add_link(links, "next",
                 path + "?" + page + base::to_base64url(sealed->wrapped_key) + "." +
                     base::to_base64url(sealed->bytes));
    }
    return links.substr(1);
}

}  // namespace gateway::api
