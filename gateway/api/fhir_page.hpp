#pragma once

#include <string>
#include <string_view>

#include "gateway/api/fhir_search.hpp"

namespace gateway::api {

/// What a search was asked with: the parameters of its URL, of its form, and those that a `next`
/// link holds. Errors: unknown_parameter for a link of another institution, or altered.
[[nodiscard]] base::Result<Parameters> search_parameters(const Call& call, std::string_view type);

/// The self and next links of a page, as items of Bundle.link. `next` holds the search sealed for
/// the caller: a URL stands in the logs of every proxy, and a search may name a CURP.
[[nodiscard]] std::string search_links(const Call& call, const Search& search,
                                       std::string_view next);

}  // namespace gateway::api
