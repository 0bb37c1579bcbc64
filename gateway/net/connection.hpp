#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/net/http.hpp"
#include "gateway/net/tls.hpp"

namespace gateway::net {

/// One TCP connection, plain or under TLS, with one deadline for whatever it is doing. HTTP, MLLP
/// and the client speak through it, so the TLS stream is instantiated in connection.cpp alone.
///
/// Threads: everything on its executor, a strand; `drain` from any.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// `tls` empty: plain. The socket's executor must be a strand.
    Connection(boost::asio::ip::tcp::socket socket, TlsContext tls);

    [[nodiscard]] bool is_tls() const noexcept { return context_ != nullptr; }
    [[nodiscard]] boost::asio::awaitable<bool> accept_tls();
    /// Names the host to the server and demands it of the server's certificate.
    [[nodiscard]] boost::asio::awaitable<bool> connect_tls(std::string host);

    /// Bytes read; 0 when the other end closed, the connection broke or its time is over.
    [[nodiscard]] boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into);
    /// The last read ended because the other end said goodbye, and not by a cut.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    /// False when not every byte could be written.
    [[nodiscard]] boost::asio::awaitable<bool> write(std::string_view bytes);

    /// Says goodbye and closes. `linger`: bytes of the other end may still be under way, and a
    /// closed socket would answer them with a reset that takes our last words with it; they are
    /// read and dropped for a moment.
    [[nodiscard]] boost::asio::awaitable<void> finish(bool linger);

    /// What is under way must be over by then, or it is cancelled. Replaces the deadline before.
    void expire_after(std::chrono::steady_clock::duration time);
    void expire_never();
    [[nodiscard]] bool expired() const noexcept { return expired_; }

    /// An idle connection is closed when the listener drains; another one finishes first.
    void set_idle(bool idle) noexcept { idle_ = idle; }
    [[nodiscard]] bool draining() const noexcept { return draining_; }
    void drain();

    /// Nothing arrived since the last read, the end of the other side included. For kept clients.
    [[nodiscard]] bool quiet();

    [[nodiscard]] boost::asio::any_io_executor executor() { return socket_.get_executor(); }
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
    [[nodiscard]] const Peer& peer() const noexcept { return peer_; }

private:
    using Clock = std::chrono::steady_clock;

    void describe_peer();
    void watch(Clock::time_point until);
    void on_time();
    void expire();

    boost::asio::ip::tcp::socket socket_;
    TlsContext context_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    boost::asio::steady_timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    Clock::time_point watched_ = Clock::time_point::max();  ///< when the timer will ring
    bool secured_ = false;
    bool expired_ = false;
    bool ended_ = false;
    bool idle_ = true;
    bool draining_ = false;
    Peer peer_;
};

}  // namespace gateway::net
