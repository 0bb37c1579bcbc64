#include "gateway/net/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "gateway/runtime/snapshot.hpp"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Errc;
using base::Failure;
using base::Result;
using boost::system::error_code;

constexpr auto kSoon = asio::as_tuple(asio::use_awaitable);
/// After an accept that failed for want of descriptors or memory.
constexpr auto kBreath = std::chrono::milliseconds(50);

struct Tls {
    TlsContext context;  ///< null: plain
};

/// What the accept loop and the connections share; it outlives the listener while they run.
class Hall : public std::enable_shared_from_this<Hall> {
public:
    Hall(asio::any_io_executor executor, ListenerSettings settings, TlsContext tls, Serve serve)
        : executor_(std::move(executor)),
          settings_(std::move(settings)),
          serve_(std::move(serve)),
          acceptor_(asio::make_strand(executor_)),
          tls_(std::make_shared<const Tls>(Tls{std::move(tls)}))
    {
    }

    Result<std::uint16_t> open();
    void stop();
    void replace(TlsContext tls) { tls_.replace(std::make_shared<const Tls>(Tls{std::move(tls)})); }
    [[nodiscard]] bool is_tls() const { return tls_.get()->context != nullptr; }
    [[nodiscard]] const ListenerSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] std::size_t count() const
    {
        const std::scoped_lock lock(mutex_);
        return open_.size();
    }

private:
    static asio::awaitable<void> accept(std::shared_ptr<Hall> self);
    static asio::awaitable<void> attend(std::shared_ptr<Hall> self,
                                        std::shared_ptr<Connection> connection);
    void welcome(tcp::socket socket);
    void forget(const Connection* connection)
    {
        const std::scoped_lock lock(mutex_);
        open_.erase(connection);
    }

    asio::any_io_executor executor_;
    ListenerSettings settings_;
    Serve serve_;
    tcp::acceptor acceptor_;
    runtime::Snapshot<Tls> tls_;
    mutable std::mutex mutex_;
    bool stopped_ = false;
    std::unordered_map<const Connection*, std::weak_ptr<Connection>> open_;
};

Failure refuse(std::string where, base::Text expected)
{
    return base::fail(Errc::malformed_config, std::move(where), std::move(expected));
}

Result<std::uint16_t> Hall::open()
{
    error_code error;
    const auto address = asio::ip::make_address(settings_.address, error);
    if (error) {
        return refuse("address", {"una dirección IP", "an IP address"});
    }
    if (!is_tls() && !address.is_loopback()) {
        return refuse("address", {"una dirección de loopback, porque no hay TLS",
                                  "a loopback address, for there is no TLS"});
    }
    const tcp::endpoint endpoint(address, settings_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor_.bind(endpoint, error);
    }
    if (!error) {
        acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    }
    if (error) {
        return refuse("port " + std::to_string(settings_.port),
                      {"un puerto libre y permitido: " + error.message(),
                       "a port that is free and permitted: " + error.message()});
    }
    const auto port = acceptor_.local_endpoint(error).port();
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), asio::detached);
    return port;
}

asio::awaitable<void> Hall::accept(std::shared_ptr<Hall> self)
{
    asio::steady_timer breath(self->acceptor_.get_executor());
    while (self->acceptor_.is_open()) {
        const asio::any_io_executor strand = asio::make_strand(self->executor_);
        auto [error, socket] = co_await self->acceptor_.async_accept(strand, kSoon);
        if (!error) {
            self->welcome(std::move(socket));
        } else if (self->acceptor_.is_open()) {
            breath.expires_after(kBreath);
            co_await breath.async_wait(kSoon);
        }
    }
}

void Hall::welcome(tcp::socket socket)
{
    std::shared_ptr<Connection> connection;
    {
        const std::scoped_lock lock(mutex_);
        if (stopped_ || open_.size() >= settings_.connections) {
            return;  // the socket closes as it goes
        }
        connection = std::make_shared<Connection>(std::move(socket), tls_.get()->context);
        open_.emplace(connection.get(), connection);
    }
    const auto executor = connection->executor();
    asio::co_spawn(executor, attend(shared_from_this(), std::move(connection)), asio::detached);
}

asio::awaitable<void> Hall::attend(std::shared_ptr<Hall> self,
                                   std::shared_ptr<Connection> connection)
{
    const auto leave = [&self](const Connection* leaving) { self->forget(leaving); };
    const std::unique_ptr<const Connection, decltype(leave)> place(connection.get(), leave);
    try {
        connection->expire_after(self->settings_.handshake_timeout);
        if (!connection->is_tls() || co_await connection->accept_tls()) {
            co_await self->serve_(connection);
        } else {
            co_await connection->finish(true);
        }
    } catch (const std::exception&) {
        // No memory, or a fault of ours: this connection ends and the others do not notice.
        std::clog << "net: a connection ended by an exception\n";
    }
}

void Hall::stop()
{
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stopped_, true)) {
        return;
    }
    asio::dispatch(acceptor_.get_executor(), [self = shared_from_this()] {
        error_code ignored;
        self->acceptor_.close(ignored);
    });
    for (const auto& [key, weak] : open_) {
        if (const auto connection = weak.lock()) {
            connection->drain();
        }
    }
}

class Listener : public Server {
public:
    Listener(std::shared_ptr<Hall> hall, std::uint16_t port) : hall_(std::move(hall)), port_(port)
    {
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() override { hall_->stop(); }

    [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }
    [[nodiscard]] std::size_t open() const noexcept override { return hall_->count(); }
    void stop() override { hall_->stop(); }

    Result<void> reload(const TlsFiles& files) override
    {
        if (!hall_->is_tls()) {
            return base::fail(Errc::unusable_key, "listener", {"con TLS", "one with TLS"});
        }
        auto context = server_context(files, hall_->settings().auth);
        if (!context) {
            return Failure(context.error());
        }
        hall_->replace(*std::move(context));
        return {};
    }

private:
    std::shared_ptr<Hall> hall_;
    std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenerSettings settings,
                                       const TlsFiles* files, Serve serve)
{
    TlsContext tls;
    if (files != nullptr) {
        auto context = server_context(*files, settings.auth);
        if (!context) {
            auto error = std::move(context).error();
            error.code = Errc::malformed_config;
            return Failure(std::move(error));
        }
        tls = *std::move(context);
    }
    auto hall = std::make_shared<Hall>(std::move(executor), std::move(settings), std::move(tls),
                                       std::move(serve));
    const auto port = hall->open();
    if (!port) {
        return Failure(port.error());
    }
    return std::make_unique<Listener>(std::move(hall), *port);
}

}  // namespace gateway::net
