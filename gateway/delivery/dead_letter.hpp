#pragma once

#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::delivery {

/// The end of an exchange whose attempts are used up: chained, state moved, outbox row gone.
[[nodiscard]] store::Act dead_act(const core::Exchange& exchange, base::Errc code,
                                  const exchange::Self& self, base::Instant now);

}  // namespace gateway::delivery
