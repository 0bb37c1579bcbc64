#pragma once

#include <string>
#include <string_view>

#include "gateway/api/fhir_search.hpp"

namespace gateway::api {

inline constexpr std::string_view kFhirJson = "application/fhir+json; charset=utf-8";

/// "https://host/fhir", as the caller named this gateway.
[[nodiscard]] std::string fhir_base(const net::Request& request);

/// `W/"…"` of a version.
[[nodiscard]] std::string etag_of(const store::Resource& where);

/// One resource with ETag and Last-Modified; 304 without body when the caller has this version.
[[nodiscard]] net::Response resource_reply(const net::Request& request, const Shown& shown);

/// An item of Bundle.link, appended to an array that is open.
void add_link(std::string& out, std::string_view relation, std::string_view url);

/// A Bundle of type searchset with self and next links.
[[nodiscard]] net::Response searchset(const Call& call, const Search& search, const Page& page);

/// A Bundle of type history, newest first.
[[nodiscard]] net::Response history(const net::Request& request,
                                    const std::vector<Shown>& versions);

/// Any Bundle of these resources, in their order, without search or request parts.
[[nodiscard]] std::string bundle_of(const net::Request& request, std::string_view type,
                                    const std::vector<Shown>& all);

}  // namespace gateway::api
