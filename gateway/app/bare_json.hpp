#pragma once

#include <string_view>

namespace gateway::app {

/// The hardened RapidJSON SAX reader and nothing else (depth, names told twice, UTF-8): the limit
/// that reading and validating are told beside. False when the text is refused.
[[nodiscard]] bool scan_json(std::string_view text);

}  // namespace gateway::app
