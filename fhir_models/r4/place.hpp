#pragma once

#include <string>
#include <string_view>

#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// Where a walk down a tree stands: a chain of frames on the stack, spelled only when asked for.
struct Place {
    const Place* parent = nullptr;
    std::string_view name;  ///< as in the JSON; the resource type at the top
    std::ptrdiff_t index = -1;
    std::size_t depth = 1;

    [[nodiscard]] Place below(std::string_view child, std::ptrdiff_t at = -1) const noexcept
    {
        return {this, child, at, depth + 1};
    }
};

/// "Bundle.entry[3].resource.birthDate".
[[nodiscard]] std::string to_path(const Place& place);

/// "@byte 312" of a node that was read; empty for one that was built.
[[nodiscard]] std::string to_where(const Node& node);

}  // namespace fhir::r4
