#include "gateway/app/receiving_end.hpp"

#include <filesystem>

#include "gateway/app/clock.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::app {

namespace asio = boost::asio;

base::Result<std::uint16_t> ReceivingEnd::start(Party party,
                                                std::vector<crypto::Certificate> gateway,
                                                const std::string& folder, std::uint16_t port)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    receiver_ = std::make_unique<Receiver>(std::move(party), std::move(gateway), folder);
    const auto handler = [this](net::Request request) -> asio::awaitable<net::Response> {
        auto take = [this, &request] { return receiver_->take(request, now()); };
        auto response = co_await runtime::offload(work_, std::move(take));
        received += response.status == 201 ? 1U : 0U;
        co_return response;
    };
    constexpr std::size_t kLargest = std::size_t{256} << 20U;
    const auto limit = [](std::string_view method, std::string_view) {
        return method == "POST" ? kLargest : 0;
    };
    auto server =
        net::serve_https(io_.get_executor(), "127.0.0.1", port, receiver_->party().server(),
                         net::ClientAuth::required, {}, limit, handler);
    if (!server) {
        return base::Failure(server.error());
    }
    server_ = *std::move(server);
    thread_ = std::thread([this] { io_.run(); });
    return server_->port();
}

ReceivingEnd::~ReceivingEnd()
{
    if (thread_.joinable()) {
        server_->stop();
        io_.stop();
        thread_.join();
    }
    work_.join();
}

}  // namespace gateway::app
