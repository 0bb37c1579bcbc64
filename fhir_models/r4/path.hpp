#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// The node at a simple element path below `resource` ("name[0].given[1]", "identifier.value" takes
/// the first of each array); nullptr when there is none.
[[nodiscard]] const Node* get(const Node& resource, std::string_view path);

/// The string at that path; empty when there is none.
[[nodiscard]] std::string_view get_text(const Node& resource, std::string_view path);

}  // namespace fhir::r4
