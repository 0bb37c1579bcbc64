#include "gateway/exchange/dead_letter.hpp"

#include "gateway/exchange/leaf.hpp"

namespace gateway::exchange {
store::Act dead_act(const core::Exchange& exchange, base::Errc code, const Self& self,
                    base::Instant now)
{
    store::Act act;
    act.prepare = [exchange, code, now, &self](const store::Position& position,
                                               std::string& leaf) -> base::Result<store::Rows> {
        leaf = leaf_of("dead", exchange, position, now, self);
        store::Rows rows;
        rows.transitions.push_back({exchange.id, core::State::accepted, core::State::dead,
                                    std::string(base::info(code).id)});
        rows.outbox_done.push_back(exchange.id);
        return rows;
    };
    return act;
}

store::Act replay_act(const core::Exchange& exchange, core::AuditEvent event, const Self& self)
{
    store::Act act;
    act.prepare = [exchange, event = std::move(event), &self](
                      const store::Position& position,
                      std::string& leaf) -> base::Result<store::Rows> {
        leaf = leaf_of("replayed", exchange, position, event.when, self);
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
