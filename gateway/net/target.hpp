#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace gateway::net {

/// The target of a request in origin form, taken apart.
struct Target {
    std::string path;   ///< decoded once; never holds '.' or '..' segments or an encoded '/'
    std::string query;  ///< raw, without '?'
};

/// Pure.  Errors: malformed_request; `where` = "target".  Source: RFC 9112 §3.2.1, RFC 3986 §3.3.
[[nodiscard]] base::Result<Target> judge_target(std::string_view text);

}  // namespace gateway::net
