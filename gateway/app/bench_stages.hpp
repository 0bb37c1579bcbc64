#pragma once

#include <string>
#include <vector>

#include "gateway/app/request.hpp"

namespace gateway::app {

/// What one exchange costs in one stage, measured alone on one core.
struct Stage {
    std::string name;
    double seconds = 0;  ///< CPU per exchange
};

/// The stages between request and durable receipt: RS256 check, map, validate, serialise, seal
/// twice, ES256 receipt, commit in batches of 32. Errors: what kept a stage from running.
[[nodiscard]] base::Result<std::vector<Stage>> measure_stages(const std::string& folder,
                                                              const Party& sender,
                                                              const Terms& terms);

}  // namespace gateway::app
