#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "gateway/store/committer.hpp"

namespace gateway::exchange {

/// Hands an act to the committer and resumes the caller on its own executor when it is durable.
/// `act.done` is set here. Errors: those of Committer::submit and Act::done.
[[nodiscard]] boost::asio::awaitable<base::Result<std::optional<core::Exchange>>> commit(
    store::Committer& committer, store::Act act);

}  // namespace gateway::exchange
