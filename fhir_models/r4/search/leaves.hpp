#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4 {

/// An element a search parameter's path leads to. Views into the tree.
struct Leaf {
    const Node* node;
    const Type* type;
};

/// Every element of `resource` on one of the paths "a.b|c[x]", arrays opened.
[[nodiscard]] std::vector<Leaf> leaves(const Node& resource, std::string_view paths);

/// Without case and accents, as names are compared: "NÚÑEZ" is "nunez".
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace fhir::r4
