#pragma once

#include <chrono>

#include "fhir_models/base/time.hpp"

namespace gateway::app {

/// The one clock of the program; every other room is given it.
[[nodiscard]] inline base::Instant now()
{
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace gateway::app
