#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "gateway/net/connection.hpp"
#include "gateway/net/server.hpp"

namespace gateway::net {

/// What every HTTP connection of a listener is served by.
struct HttpService {
    ServerLimits limits;
    BodyLimit body_limit;
    Handler handler;
};

/// HTTP/1.1 over one connection: reads a head, judges it, reads the body within its limit, asks the
/// handler, writes the answer; in order, until one side closes. A refusal closes.
///
/// Threads: the connection's strand.
[[nodiscard]] boost::asio::awaitable<void> serve_http(std::shared_ptr<Connection> connection,
                                                      std::shared_ptr<const HttpService> service);

}  // namespace gateway::net
