#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

/// An item that may be leased, by the engine's own key.
struct Candidate {
    std::int64_t seq = 0;
    std::int64_t ready = 0;
    OutboxItem item;
};

/// What may be leased for one partner, oldest first, read a few at a time.
struct PartnerQueue {
    PartnerQueue(std::string name, std::int64_t in_flight)
        : partner(std::move(name)), leased(in_flight)
    {
    }

    /// (ready, seq) of the last candidate read; lower than any when none was.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> last() const
    {
        return candidates.empty()
                   ? std::pair(std::numeric_limits<std::int64_t>::min(), std::int64_t{0})
                   : std::pair(candidates.back().ready, candidates.back().seq);
    }

    std::string partner;
    std::int64_t leased;  ///< items in flight, with those chosen now
    std::vector<Candidate> candidates;
    std::size_t next = 0;  ///< the first candidate not chosen
};

/// Chooses up to `limit` candidates: always of the partner with the fewest items in flight, then
/// the oldest. `more` reads the next few of a queue, none at its end.
[[nodiscard]] base::Result<std::vector<Candidate>> share_fairly(
    std::vector<PartnerQueue> queues, std::size_t limit,
    const std::function<base::Result<std::vector<Candidate>>(const PartnerQueue&)>& more);

}  // namespace gateway::store
