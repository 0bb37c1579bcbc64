#pragma once

#include <string>
#include <string_view>

#include "gateway/evidence/verify.hpp"

namespace scene {

/// The file that both verifiers name, or "" when both find everything true.
[[nodiscard]] std::string culprit(std::string_view tar, const gateway::evidence::Trust& brought);

}  // namespace scene
