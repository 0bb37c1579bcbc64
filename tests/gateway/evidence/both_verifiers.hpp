#pragma once

#include <string>
#include <string_view>

#include "gateway/evidence/verify.hpp"

namespace scene {

/// What `puente verify` and verify.sh say of a tar; a test fails where they differ.
struct Told {
    std::string culprit;  ///< the file both name, or "" when both find everything true
    std::string script;   ///< all the script printed
};
[[nodiscard]] Told both(std::string_view tar, const gateway::evidence::Trust& brought);

[[nodiscard]] inline std::string culprit(std::string_view tar,
                                         const gateway::evidence::Trust& brought)
{
    return both(tar, brought).culprit;
}

}  // namespace scene
