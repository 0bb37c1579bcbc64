#include "gateway/net/dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Result;
using boost::system::error_code;

constexpr auto kSoon = asio::as_tuple(asio::use_awaitable);

/// What the timer has to stop; it may outlive the coroutine by one turn of the loop.
struct Attempt {
    explicit Attempt(const asio::any_io_executor& executor)
        : resolver(executor), socket(executor), timer(executor)
    {
    }

    tcp::resolver resolver;
    tcp::socket socket;
    asio::steady_timer timer;
    bool late = false;
};

void limit(const std::shared_ptr<Attempt>& attempt, std::chrono::steady_clock::time_point until)
{
    attempt->timer.expires_at(until);
    attempt->timer.async_wait([weak = std::weak_ptr(attempt)](error_code error) {
        const auto self = weak.lock();
        if (!self || error || self->late) {
            return;
        }
        self->late = true;
        error_code ignored;
        self->resolver.cancel();
        self->socket.close(ignored);
    });
}

}  // namespace

base::Failure unreachable(const char* step)
{
    return base::fail(base::Errc::partner_unreachable, step,
                      {"un servidor de confianza que responde a tiempo",
                       "a trusted server that answers in time"});
}

asio::awaitable<Result<std::shared_ptr<Connection>>> dial(
    std::string host, std::uint16_t port, TlsContext tls,
    std::chrono::steady_clock::time_point until)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto attempt = std::make_shared<Attempt>(executor);
    limit(attempt, until);
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (!error) {
        const auto [failed] = co_await attempt->socket.async_connect({address, port}, kSoon);
        error = failed;
    } else {
        const auto [unknown, found] =
            co_await attempt->resolver.async_resolve(host, std::to_string(port), kSoon);
        error = unknown;
        if (!error && !attempt->late) {
            const auto [failed, endpoint] =
                co_await asio::async_connect(attempt->socket, found, kSoon);
            error = failed;
        }
    }
    if (error || attempt->late) {
        co_return unreachable("connect");
    }
    attempt->late = true;  // the timer has nothing left to stop
    attempt->timer.cancel();
    co_return std::make_shared<Connection>(std::move(attempt->socket), std::move(tls));
}

}  // namespace gateway::net
