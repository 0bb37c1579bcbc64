#include "gateway/exchange/replay.hpp"

#include "gateway/evidence/claims.hpp"

namespace gateway::exchange {

store::Act replay_act(const core::Exchange& exchange, core::AuditEvent event, const Self& self)
{
    store::Act act;
    act.prepare = [exchange, event = std::move(event), &self](
                      const store::Position& position,
                      std::string& leaf) -> base::Result<store::Rows> {
        leaf = evidence::LeafFields{.seq = position.index,
                                    .t = base::to_rfc3339(event.when),
                                    .evt = "replayed",
                                    .exch = exchange.id,
                                    .req = {},
                                    .jws = {},
                                    .agr = exchange.agreement,
                                    .pou = exchange.purpose,
                                    .iss = self.urn,
                                    .aud = exchange.receiver,
                                    .aud_event = {}}
                   .to_json();
        store::Rows rows;
        rows.transitions.push_back(
            {exchange.id, core::State::dead, core::State::accepted, std::string()});
        rows.outbox.push_back({.exchange = exchange.id,
                               .partner = exchange.receiver,
                               .person = event.person,
                               .attempts = 0,
                               .due = event.when,
                               .leased_until = {}});
        rows.audit.push_back(event);
        return rows;
    };
    return act;
}

}  // namespace gateway::exchange
