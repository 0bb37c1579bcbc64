#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "gateway/net/connection.hpp"
#include "gateway/net/server.hpp"

namespace gateway::net {

/// Speaks a protocol over one connection that is ready to be read, until it ends.
using Serve = std::function<boost::asio::awaitable<void>(std::shared_ptr<Connection>)>;

struct ListenerSettings {
    std::string address;
    std::uint16_t port = 0;
    std::size_t connections = 0;  ///< one more is closed as soon as it is accepted
    std::chrono::seconds handshake_timeout{10};
    ClientAuth auth = ClientAuth::required;
};

/// Accepts, secures and counts connections, each on its own strand, and gives them to `serve`.
/// `files` null: plain, and then only on loopback addresses. What `serve` holds lives until the
/// last connection ends, which may be after the listener.
///
/// Errors: malformed_config; `where` = "address", "port", or the TLS text at fault.
[[nodiscard]] base::Result<std::unique_ptr<Server>> listen(boost::asio::any_io_executor executor,
                                                           ListenerSettings settings,
                                                           const TlsFiles* files, Serve serve);

}  // namespace gateway::net
