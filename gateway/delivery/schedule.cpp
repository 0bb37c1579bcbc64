#include "gateway/delivery/schedule.hpp"

#include <algorithm>

namespace gateway::delivery {

base::Instant Schedule::next(base::Instant now, std::uint32_t done, double dice) const noexcept
{
    constexpr std::uint32_t kEnough = 40;  // 2^40 of any wait is beyond the longest
    const auto doublings = std::min(done == 0 ? 0 : done - 1, kEnough);
    auto wait = first_wait_us;
    for (std::uint32_t i = 0; i < doublings && wait < longest_wait_us; ++i) {
        wait *= 2;
    }
    wait = std::min(wait, longest_wait_us);
    const auto jittered = static_cast<double>(wait) * (0.5 + dice / 2);
    return {now.microseconds + static_cast<std::int64_t>(jittered)};
}

}  // namespace gateway::delivery
