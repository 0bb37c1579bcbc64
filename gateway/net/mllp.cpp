#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>
#include <utility>

#include "gateway/net/client.hpp"
#include "gateway/net/dial.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/mllp_frames.hpp"
#include "gateway/net/server.hpp"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using base::Failure;
using base::Result;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadAtOnce = 16 * 1024;
constexpr std::size_t kLargestAnswer = std::size_t{1} << 20U;

struct MllpService {
    MllpLimits limits;
    MllpHandler handler;
};

class MllpSession {
public:
    MllpSession(Connection& connection, const MllpService& service)
        : connection_(connection), service_(service)
    {
    }

    asio::awaitable<void> run();

private:
    void set_deadline();
    asio::awaitable<bool> answer_whole_frames();
    asio::awaitable<std::optional<std::string>> ask(std::string message);

    Connection& connection_;
    const MllpService& service_;
    MllpFrames frames_;
    std::array<char, kReadAtOnce> buffer_{};
    bool timed_ = false;  ///< the frame that has begun has its deadline
};

asio::awaitable<void> MllpSession::run()
{
    while (!connection_.draining() || frames_.inside()) {
        set_deadline();
        const auto count = co_await connection_.read(asio::buffer(buffer_));
        if (count == 0) {
            break;
        }
        frames_.add({buffer_.data(), count});
        if (!co_await answer_whole_frames()) {
            break;
        }
    }
    co_await connection_.finish(frames_.inside());
}

/// A frame has its time from its first byte to its last; however it trickles, it is not extended.
void MllpSession::set_deadline()
{
    connection_.set_idle(!frames_.inside());
    if (!frames_.inside()) {
        connection_.expire_after(service_.limits.idle_timeout);
    } else if (!timed_) {
        connection_.expire_after(service_.limits.frame_timeout);
    }
    timed_ = frames_.inside();
}

/// False when the connection must end.
asio::awaitable<bool> MllpSession::answer_whole_frames()
{
    while (auto message = frames_.next()) {
        timed_ = false;
        if (message->size() > service_.limits.frame_bytes) {
            co_return false;
        }
        connection_.set_idle(false);
        connection_.expire_never();
        const auto reply = co_await ask(*std::move(message));
        if (!reply) {
            co_return false;
        }
        connection_.expire_after(service_.limits.frame_timeout);
        const auto frame = reply->empty() ? std::string() : mllp_frame(*reply);
        if (!co_await connection_.write(frame)) {
            co_return false;
        }
    }
    co_return (frames_.pending() <= service_.limits.frame_bytes);
}

/// The answer, or nothing when the handler threw: MLLP has no words for that but to close.
asio::awaitable<std::optional<std::string>> MllpSession::ask(std::string message)
{
    try {
        co_return co_await service_.handler(std::move(message), connection_.peer());
    } catch (...) {
        std::clog << "net: an MLLP handler threw\n";
    }
    co_return std::nullopt;
}

asio::awaitable<void> serve(std::shared_ptr<Connection> connection,
                            std::shared_ptr<const MllpService> service)
{
    MllpSession session(*connection, *service);
    co_await session.run();
}

asio::awaitable<Result<std::string>> round_trip(std::string host, std::uint16_t port,
                                                std::string message, Clock::time_point until)
{
    const auto connection = co_await dial(std::move(host), port, nullptr, until);
    if (!connection) {
        co_return Failure(connection.error());
    }
    (*connection)->expire_after(until - Clock::now());
    co_return co_await ask_mllp(**connection, std::move(message));
}

}  // namespace

asio::awaitable<Result<std::string>> ask_mllp(Connection& link, std::string message)
{
    if (!co_await link.write(mllp_frame(message))) {
        co_return unreachable("write");
    }
    MllpFrames frames;
    std::array<char, kReadAtOnce> buffer{};
    while (true) {
        const auto count = co_await link.read(asio::buffer(buffer));
        if (count == 0) {
            co_return unreachable("read");
        }
        frames.add({buffer.data(), count});
        if (auto answer = frames.next()) {
            co_await link.finish(false);
            co_return *std::move(answer);
        }
        if (frames.pending() > kLargestAnswer) {
            co_return unreachable("read");
        }
    }
}

Result<std::unique_ptr<Server>> serve_mllp(asio::any_io_executor executor,
                                           const std::string& address, std::uint16_t port,
                                           const TlsFiles* files, MllpLimits limits,
                                           MllpHandler handler)
{
    ListenerSettings settings;
    settings.address = address;
    settings.port = port;
    settings.connections = limits.connections;
    auto service = std::make_shared<const MllpService>(MllpService{limits, std::move(handler)});
    return listen(std::move(executor), std::move(settings), files,
                  [service](std::shared_ptr<Connection> connection) {
                      return serve(std::move(connection), service);
                  });
}

asio::awaitable<Result<std::string>> send_mllp(asio::any_io_executor executor, std::string host,
                                               std::uint16_t port, std::string message,
                                               std::chrono::seconds timeout)
{
    auto trip = round_trip(std::move(host), port, std::move(message), Clock::now() + timeout);
    co_return co_await asio::co_spawn(asio::any_io_executor(asio::make_strand(executor)),
                                      std::move(trip), asio::use_awaitable);
}

}  // namespace gateway::net
