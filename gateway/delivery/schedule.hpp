#pragma once

#include <cstdint>

#include "fhir_models/base/time.hpp"

namespace gateway::delivery {

/// Waits between attempts: doubling from the first to the longest, with jitter, so that partners
/// that come back are not met by everybody at once.
struct Schedule {
    std::uint32_t attempts = 12;  ///< then the exchange is dead
    std::int64_t first_wait_us = 500'000;
    std::int64_t longest_wait_us = 3'600'000'000;

    /// When to try again after `done` attempts. `dice` in [0, 1): the wait is between half and
    /// the whole of the doubled time.
    [[nodiscard]] base::Instant next(base::Instant now, std::uint32_t done,
                                     double dice) const noexcept;
    [[nodiscard]] bool gives_up(std::uint32_t done) const noexcept { return done >= attempts; }
};

}  // namespace gateway::delivery
