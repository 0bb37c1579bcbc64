#pragma once

#include <cstddef>
#include <string_view>

namespace gateway::config {

/// Offset of the first byte no TOML 1.0 text may hold, or npos: a control character, broken UTF-8,
/// or a byte beyond ASCII outside quotes and comments. toml++ 3.3 does not survive all of them.
/// Source:  TOML v1.0.0, "Spec", "Comment", "Keys" (bare keys are ASCII).
[[nodiscard]] std::size_t first_impossible(std::string_view text) noexcept;

}  // namespace gateway::config
