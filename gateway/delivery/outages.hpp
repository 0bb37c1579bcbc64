#pragma once

#include <set>
#include <string>

namespace gateway::delivery {

/// Which partners do not answer: an outage is told once when it begins and once when it ends,
/// however many deliveries fail meanwhile.
///
/// Threads: one. A restart forgets; what still fails then is told again.
class Outages {
public:
    /// true when an outage begins.
    [[nodiscard]] bool failed(const std::string& partner) { return down_.insert(partner).second; }
    /// true when one ends.
    [[nodiscard]] bool answered(const std::string& partner) { return down_.erase(partner) != 0; }

private:
    std::set<std::string> down_;
};

}  // namespace gateway::delivery
