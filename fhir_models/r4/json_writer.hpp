#pragma once

#include <string>

#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// The tree as JSON text on one line, order and number texts kept; appends to `out`.
void write_json(const Node& node, std::string& out);
[[nodiscard]] std::string to_json(const Node& node);

/// The same with two-space indentation, for people.
[[nodiscard]] std::string to_pretty_json(const Node& node);

/// One JSON string literal with its quotes, appended to `out`.
void write_json_string(std::string_view text, std::string& out);

}  // namespace fhir::r4
