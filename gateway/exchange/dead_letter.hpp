#pragma once

#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::exchange {

/// The end of an exchange whose attempts are used up: chained, state moved, outbox row gone.
[[nodiscard]] store::Act dead_act(const core::Exchange& exchange, base::Errc code, const Self& self,
                                  base::Instant now);

/// Brings a dead exchange back: chained, audited by `event` (who asked, why, whose it is), and due
/// at once. Errors, when committed: replayed, when it is not dead.
[[nodiscard]] store::Act replay_act(const core::Exchange& exchange, core::AuditEvent event,
                                    const Self& self);

}  // namespace gateway::exchange
