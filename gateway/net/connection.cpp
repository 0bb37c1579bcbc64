#include "gateway/net/connection.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::seconds;

constexpr auto kSoon = asio::as_tuple(asio::use_awaitable);
/// Between the cancelling of an operation and the closing of its socket.
constexpr auto kGrace = seconds(1);
constexpr auto kFarewell = seconds(2);
constexpr std::size_t kMostDropped = std::size_t{64} << 20U;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, TlsContext tls)
    : socket_(std::move(socket)), context_(std::move(tls)), timer_(socket_.get_executor())
{
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (context_) {
        tls_.emplace(socket_, *context_);
    }
    describe_peer();
}

void Connection::describe_peer()
{
    error_code ignored;
    peer_.address = socket_.remote_endpoint(ignored).address().to_string();
    peer_.local_port = socket_.local_endpoint(ignored).port();
    if (secured_) {
        peer_.certificate_der = peer_certificate_der(tls_->native_handle());
        peer_.intermediates_pem = peer_intermediates_pem(tls_->native_handle());
    }
}

asio::awaitable<bool> Connection::accept_tls()
{
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kSoon);
    secured_ = !error && !expired_;
    describe_peer();
    co_return secured_;
}

asio::awaitable<bool> Connection::connect_tls(std::string host)
{
    if (!expect_host(tls_->native_handle(), host)) {
        co_return false;
    }
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kSoon);
    secured_ = !error && !expired_;
    describe_peer();
    co_return secured_;
}

asio::awaitable<std::size_t> Connection::read(asio::mutable_buffer into)
{
    if (expired_) {
        co_return 0;
    }
    if (tls_) {
        const auto [error, count] = co_await tls_->async_read_some(into, kSoon);
        ended_ = error == asio::error::eof;
        co_return error ? 0 : count;
    }
    const auto [error, count] = co_await socket_.async_read_some(into, kSoon);
    ended_ = error == asio::error::eof;
    co_return error ? 0 : count;
}

asio::awaitable<bool> Connection::write(std::string_view bytes)
{
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (expired_) {
        co_return false;
    }
    if (tls_) {
        const auto [error, count] = co_await asio::async_write(*tls_, buffer, kSoon);
        co_return !error;
    }
    const auto [error, count] = co_await asio::async_write(socket_, buffer, kSoon);
    co_return !error;
}

asio::awaitable<void> Connection::finish(bool linger)
{
    expire_after(kFarewell);
    error_code ignored;
    if (secured_) {
        // As if the other end had said goodbye already: ours is sent, theirs not waited for.
        SSL_set_shutdown(tls_->native_handle(),
                         SSL_get_shutdown(tls_->native_handle()) | SSL_RECEIVED_SHUTDOWN);
        co_await tls_->async_shutdown(kSoon);
    }
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> dropped{};
    for (std::size_t total = 0; linger && !expired_ && total < kMostDropped;) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(dropped), kSoon);
        linger = !error;
        total += count;
    }
    expire_never();
    timer_.cancel();
    socket_.close(ignored);
}

void Connection::expire_after(Clock::duration time)
{
    expired_ = false;
    deadline_ = Clock::now() + time;
    if (deadline_ < watched_) {
        watch(deadline_);
    }
}

void Connection::expire_never()
{
    expired_ = false;
    deadline_ = Clock::time_point::max();
}

/// The timer rings at the earliest deadline it was given and is only then set anew: a connection
/// with many short requests moves `deadline_` often and the timer seldom.
void Connection::watch(Clock::time_point until)
{
    watched_ = until;
    timer_.expires_at(until);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (self && !error) {
            self->on_time();
        }
    });
}

void Connection::on_time()
{
    watched_ = Clock::time_point::max();
    if (deadline_ == Clock::time_point::max()) {
        return;
    }
    if (Clock::now() < deadline_) {
        watch(deadline_);
        return;
    }
    if (!expired_) {
        expire();
        return;
    }
    error_code ignored;  // cancelling was not enough: an operation was between two of its steps
    socket_.close(ignored);
}

void Connection::expire()
{
    expired_ = true;
    error_code ignored;
    socket_.cancel(ignored);
    deadline_ = Clock::now() + kGrace;
    watch(deadline_);
}

void Connection::drain()
{
    asio::post(executor(), [self = shared_from_this()] {
        if (!std::exchange(self->draining_, true) && self->idle_) {
            self->expire();
        }
    });
}

bool Connection::quiet()
{
    char byte = 0;
    const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace gateway::net
