#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "fhir_models/r4/schema.hpp"
#include "fhir_models/r4/search/search.hpp"

namespace fhir::r4 {

/// An element a search parameter finds. Views into the tree, or of what lives as long as the
/// program.
struct Leaf {
    const Node* node;
    const Type* type;
};

/// What the parameter's FHIRPath finds in a resource of its type: elements with a value, of an
/// extension its value. resolve() knows of what is referred to by "Type/id" its type and no more.
[[nodiscard]] std::vector<Leaf> leaves(const SearchParameter& parameter, const Node& resource);

/// Without case and accents, as names are compared: "NÚÑEZ" is "nunez".
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace fhir::r4
