#pragma once

#include <string>
#include <string_view>

#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::exchange {

/// The leaf of what happens to an exchange after its receipt and is signed by nobody: "dead",
/// "replayed", "held", "released", "erased".
[[nodiscard]] std::string leaf_of(std::string_view event, const core::Exchange& exchange,
                                  const store::Position& position, base::Instant when,
                                  const Self& self);

}  // namespace gateway::exchange
