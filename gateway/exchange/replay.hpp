#pragma once

#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::exchange {

/// Brings a dead exchange back: chained, audited by `event` (who asked, why, whose it is), and due
/// at once. Errors, when committed: replayed, when it is not dead.
[[nodiscard]] store::Act replay_act(const core::Exchange& exchange, core::AuditEvent event,
                                    const Self& self);

}  // namespace gateway::exchange
