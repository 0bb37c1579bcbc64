#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/translate.hpp"

namespace gateway::app {

/// The built-in packages with the overlay folders on top; their faults go to stderr, all at once.
[[nodiscard]] std::optional<mapping::Translator> load_translator(
    const std::vector<std::string>& folders);

}  // namespace gateway::app
