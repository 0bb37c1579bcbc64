#include "gateway/net/server.hpp"

#include <utility>

#include "gateway/net/listener.hpp"
#include "gateway/net/session.hpp"

namespace gateway::net {
namespace {

Serve http(ServerLimits limits, BodyLimit body_limit, Handler handler)
{
    auto service = std::make_shared<const HttpService>(
        HttpService{limits, std::move(body_limit), std::move(handler)});
    return [service](std::shared_ptr<Connection> connection) {
        return serve_http(std::move(connection), service);
    };
}

}  // namespace

base::Result<std::unique_ptr<Server>> serve_https(boost::asio::any_io_executor executor,
                                                  const std::string& address, std::uint16_t port,
                                                  const TlsFiles& files, ClientAuth auth,
                                                  ServerLimits limits, BodyLimit body_limit,
                                                  Handler handler)
{
    ListenerSettings settings{address, port, limits.connections, limits.handshake_timeout, auth};
    return listen(std::move(executor), std::move(settings), &files,
                  http(limits, std::move(body_limit), std::move(handler)));
}

base::Result<std::unique_ptr<Server>> serve_loopback(boost::asio::any_io_executor executor,
                                                     std::uint16_t port, ServerLimits limits,
                                                     Handler handler)
{
    ListenerSettings settings{"127.0.0.1", port, limits.connections, limits.handshake_timeout,
                              ClientAuth::optional};
    const auto no_body = [](std::string_view, std::string_view) { return std::size_t{0}; };
    return listen(std::move(executor), std::move(settings), nullptr,
                  http(limits, no_body, std::move(handler)));
}

}  // namespace gateway::net
