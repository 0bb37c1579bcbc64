#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/translate.hpp"

namespace gateway::app {

/// The built-in packages with the overlay folders on top; their faults go to stderr, all at once.
[[nodiscard]] std::optional<mapping::Translator> load_translator(
    const std::vector<std::string>& folders);

/// The same, and each package's own tests (its folder `tests`) pass: what a gateway works with.
/// Errors: malformed_package, `where` = "file:row:column" of the first fault, or the test that
/// fails.
[[nodiscard]] base::Result<mapping::Translator> load_tested_translator(
    const std::vector<std::string>& folders);

}  // namespace gateway::app
