#pragma once

#include <span>
#include <string_view>

namespace gateway::config {

/// The word of `known` with the fewest letters to change (Levenshtein); the first when several tie.
/// Empty when `known` is.
[[nodiscard]] std::string_view nearest_of(std::string_view word,
                                          std::span<const std::string_view> known);

}  // namespace gateway::config
