#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "gateway/net/connection.hpp"

namespace gateway::net {

/// Finds the host and connects to it, plain; TLS is the caller's next step. `tls` as in
/// Connection. Runs on the caller's executor, which must be a strand: the connection lives there.
///
/// Errors: partner_unreachable; `where` = "connect".
[[nodiscard]] boost::asio::awaitable<base::Result<std::shared_ptr<Connection>>> dial(
    std::string host, std::uint16_t port, TlsContext tls,
    std::chrono::steady_clock::time_point until);

/// A message over MLLP and its answer. Errors: partner_unreachable; `where` = "write", "read".
[[nodiscard]] boost::asio::awaitable<base::Result<std::string>> ask_mllp(Connection& link,
                                                                         std::string message);

/// partner_unreachable at a step: "connect", "handshake", "write", "read".
[[nodiscard]] base::Failure unreachable(const char* step);

}  // namespace gateway::net
