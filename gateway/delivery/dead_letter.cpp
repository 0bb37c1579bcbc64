#include "gateway/delivery/dead_letter.hpp"

#include "gateway/evidence/claims.hpp"

namespace gateway::delivery {

store::Act dead_act(const core::Exchange& exchange, base::Errc code, const exchange::Self& self,
                    base::Instant now)
{
    store::Act act;
    act.prepare = [exchange, code, now, &self](const store::Position& position,
                                               std::string& leaf) -> base::Result<store::Rows> {
        leaf = evidence::LeafFields{.seq = position.index,
                                    .t = base::to_rfc3339(now),
                                    .evt = "dead",
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
        rows.transitions.push_back({exchange.id, core::State::accepted, core::State::dead,
                                    std::string(base::info(code).id)});
        rows.outbox_done.push_back(exchange.id);
        return rows;
    };
    return act;
}

}  // namespace gateway::delivery
