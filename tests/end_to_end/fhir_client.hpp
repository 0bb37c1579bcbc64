#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/world.hpp"

namespace end_to_end {

/// The headers of a read for care, and `more`.
gateway::net::Headers why(gateway::net::Headers more = {});

/// A read as the receiver.
gateway::net::Response get(const std::string& path, const gateway::net::Headers& headers = why());

std::string header(const gateway::net::Response& response, std::string_view name);

/// The ids of the entries of a Bundle, in order; those of `mode` when one is named.
std::vector<std::string> ids_of(const std::string& json, std::string_view mode = {});

/// The path and query of a Bundle's link; empty when there is none.
std::string link(const std::string& json, std::string_view relation);

/// Fails for every error that base R4 finds in the resource.
void check_valid(const std::string& json);

/// Searches by CURP.
std::string by_curp(const std::string& curp);

}  // namespace end_to_end
