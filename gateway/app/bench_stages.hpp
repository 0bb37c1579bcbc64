#pragma once

#include <string>
#include <vector>

#include "gateway/app/request.hpp"

namespace gateway::app {

/// What one stage costs, measured alone on one core, and how often it comes.
struct Stage {
    std::string name;
    double seconds = 0;    ///< CPU of one round
    double accepted = 1;   ///< rounds from request to durable receipt
    double completed = 0;  ///< rounds from there to the completion

    [[nodiscard]] double cost(double completions) const noexcept
    {
        return seconds * (accepted + completions * completed);
    }
};

/// The stages of DESIGN's line: a request and its answer over kept mTLS (both ends: the client is
/// on the same cores), RS256 check, map, validate, serialise, seal twice, ES256 receipt, commit in
/// batches of 32; then open, the receiver's round trip, countersignature and completion, each
/// signed and checked. Errors: what kept a stage from running.
[[nodiscard]] base::Result<std::vector<Stage>> measure_stages(const std::string& folder,
                                                              const Party& sender,
                                                              const Terms& terms);

}  // namespace gateway::app
