#include "gateway/exchange/leaf.hpp"

#include "gateway/evidence/claims.hpp"

namespace gateway::exchange {

std::string leaf_of(std::string_view event, const core::Exchange& exchange,
                    const store::Position& position, base::Instant when, const Self& self)
{
    return evidence::LeafFields{.seq = position.index,
                                .t = base::to_rfc3339(when),
                                .evt = std::string(event),
                                .exch = exchange.id,
                                .req = {},
                                .jws = {},
                                .agr = exchange.agreement,
                                .pou = exchange.purpose,
                                .iss = self.urn,
                                .aud = exchange.receiver,
                                .aud_event = {}}
        .to_json();
}

}  // namespace gateway::exchange
