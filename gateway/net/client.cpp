#include "gateway/net/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <map>
#include <mutex>
#include <utility>

#include "fhir_models/base/text.hpp"
#include "gateway/net/dial.hpp"
#include "gateway/net/growing_body.hpp"
#include "gateway/net/url.hpp"
#include "gateway/net/wire.hpp"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::Failure;
using base::Result;
using Clock = std::chrono::steady_clock;
using Parser = http::response_parser<GrowingBody>;

constexpr std::size_t kReadAtOnce = 16 * 1024;
constexpr std::uint32_t kLargestHead = 64 * 1024;
constexpr std::uint64_t kLargestBody = std::uint64_t{64} << 20U;
/// A larger body is written behind its head instead of being copied there.
constexpr std::size_t kOneWrite = 64 * 1024;
constexpr std::size_t kMostKept = 64;  ///< per host
constexpr auto kKeptFor = std::chrono::seconds(50);

/// One request, ready for any connection to its host.
struct Job {
    Url url;
    std::string head;  ///< with the body behind it when it is short
    std::string body;  ///< otherwise
    bool to_head = false;
    Clock::time_point until;

    [[nodiscard]] std::string key() const
    {
        return (url.secure ? "https://" : "http://") + url.host + ":" + std::to_string(url.port);
    }
};

/// Reads one answer; tells afterwards whether the connection can be used again.
class Reader {
public:
    explicit Reader(Connection& connection) : connection_(connection) {}

    asio::awaitable<Result<Response>> read(bool to_head);
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }

private:
    asio::awaitable<Result<void>> until_head(Parser& parser);
    asio::awaitable<Result<void>> until_end(Parser& parser);
    asio::awaitable<bool> fill();

    Connection& connection_;
    boost::beast::flat_buffer in_;
    bool reusable_ = false;
};

asio::awaitable<bool> Reader::fill()
{
    const auto count = co_await connection_.read(in_.prepare(kReadAtOnce));
    in_.commit(count);
    co_return count > 0;
}

asio::awaitable<Result<void>> Reader::until_head(Parser& parser)
{
    while (!parser.is_header_done()) {
        boost::system::error_code error;
        if (in_.size() > 0) {
            in_.consume(parser.put(in_.data(), error));
        }
        if (error && error != http::error::need_more) {
            co_return unreachable("read");
        }
        if (!parser.is_header_done() && !co_await fill()) {
            co_return unreachable("read");
        }
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> Reader::until_end(Parser& parser)
{
    while (!parser.is_done()) {
        boost::system::error_code error;
        if (in_.size() > 0) {
            in_.consume(parser.put(in_.data(), error));
        }
        if (!error && !parser.is_done() && in_.size() > 0) {
            continue;
        }
        if (error && error != http::error::need_more) {
            co_return unreachable("read");
        }
        if (!parser.is_done() && !co_await fill()) {
            error = {};
            // Without a length the answer ends with the connection, and only if it ended well.
            if (!connection_.ended() || !parser.need_eof()) {
                co_return unreachable("read");
            }
            parser.put_eof(error);
            if (error) {
                co_return unreachable("read");
            }
        }
    }
    co_return Result<void>();
}

asio::awaitable<Result<Response>> Reader::read(bool to_head)
{
    while (true) {
        Parser parser;
        parser.header_limit(kLargestHead);
        parser.body_limit(kLargestBody);
        parser.skip(to_head);
        parser.eager(false);
        auto arrived = co_await until_head(parser);
        if (!arrived) {
            co_return Failure(arrived.error());
        }
        const auto& message = parser.get();
        Response response;
        response.status = static_cast<int>(message.result_int());
        if (response.status < 200 && response.status != 101) {
            continue;  // 100 Continue, 103 Early Hints
        }
        for (const auto& field : message) {  // before the body: its trailers are no headers
            response.headers.emplace_back(base::to_lower_ascii(field.name_string()), field.value());
        }
        const bool ambiguous = message.count(http::field::transfer_encoding) > 0 &&
                               message.count(http::field::content_length) > 0;
        parser.eager(true);
        arrived = co_await until_end(parser);
        if (!arrived) {
            co_return Failure(arrived.error());
        }
        response.body = std::move(parser.get().body());
        response.close = !parser.keep_alive();
        reusable_ = !response.close && !ambiguous && response.status != 101 && in_.size() == 0;
        co_return response;
    }
}

class Client final : public HttpsClient {
public:
    using IsGood = std::function<Result<void>(const Peer& server)>;

    Client(asio::any_io_executor executor, TlsContext context, IsGood is_good, PlainHttp plain)
        : executor_(std::move(executor)),
          plain_(plain),
          context_(std::move(context)),
          is_good_(std::move(is_good))
    {
    }

    asio::awaitable<Result<ClientAnswer>> send(std::string method, std::string url, Headers headers,
                                               std::string body,
                                               std::chrono::seconds timeout) override;
    asio::awaitable<Result<ClientAnswer>> send_mllp(std::string url, std::string message,
                                                    std::chrono::seconds timeout) override;
    Result<void> renew(const ClientIdentity& identity) override;

private:
    struct Kept {
        std::shared_ptr<Connection> connection;
        Clock::time_point until;
    };
    using Outcome = Result<ClientAnswer>;

    asio::awaitable<Result<std::shared_ptr<Connection>>> open(const Url& url,
                                                              Clock::time_point until);
    asio::awaitable<Outcome> connect(const Job& job);
    asio::awaitable<Outcome> speak_mllp(Url url, std::string message, Clock::time_point until);
    asio::awaitable<std::optional<Outcome>> reuse(std::shared_ptr<Connection> connection,
                                                  const Job& job);
    asio::awaitable<Outcome> exchange(std::shared_ptr<Connection> connection, const Job& job);
    std::shared_ptr<Connection> take(const std::string& key);
    void keep(const std::string& key, std::shared_ptr<Connection> connection);

    TlsContext context();
    Result<void> judge(const Connection& connection);

    asio::any_io_executor executor_;
    const PlainHttp plain_;
    std::mutex mutex_;
    TlsContext context_;
    IsGood is_good_;
    std::map<std::string, std::vector<Kept>> kept_;
};

/// Each connection's work runs on that connection's own strand, whoever asked for it.
asio::awaitable<Result<ClientAnswer>> Client::send(std::string method, std::string url,
                                                   Headers headers, std::string body,
                                                   std::chrono::seconds timeout)
{
    auto parsed = parse_url(url, plain_);
    if (!parsed) {
        co_return Failure(parsed.error());
    }
    Job job{*std::move(parsed), {}, std::move(body), method == "HEAD", Clock::now() + timeout};
    const RequestLine line{method, job.url.target, job.url.authority, job.body.size()};
    if (!append_request(job.head, line, headers)) {
        co_return base::fail(base::Errc::malformed_request, "header",
                             {"campos de una línea", "fields of one line"});
    }
    if (job.body.size() <= kOneWrite) {
        job.head.append(std::exchange(job.body, {}));
    }
    const auto key = job.key();
    while (auto kept = take(key)) {
        const auto strand = kept->executor();
        auto again = reuse(std::move(kept), job);
        auto outcome = co_await asio::co_spawn(strand, std::move(again), asio::use_awaitable);
        if (outcome) {
            co_return *std::move(outcome);
        }
    }
    auto anew = connect(job);
    co_return co_await asio::co_spawn(asio::any_io_executor(asio::make_strand(executor_)),
                                      std::move(anew), asio::use_awaitable);
}

TlsContext Client::context()
{
    const std::scoped_lock lock(mutex_);
    return context_;
}

Result<void> Client::renew(const ClientIdentity& identity)
{
    auto context = client_context(identity);
    if (!context) {
        return Failure(context.error());
    }
    const std::scoped_lock lock(mutex_);
    context_ = *std::move(context);
    is_good_ = identity.is_good;
    kept_.clear();
    return {};
}

Result<void> Client::judge(const Connection& connection)
{
    auto is_good = [this] {
        const std::scoped_lock lock(mutex_);
        return is_good_;
    }();
    const bool asked = is_good != nullptr && !connection.peer().certificate_der.empty();
    return asked ? is_good(connection.peer()) : Result<void>();
}

asio::awaitable<Result<std::shared_ptr<Connection>>> Client::open(const Url& url,
                                                                  Clock::time_point until)
{
    auto tls = url.secure ? context() : nullptr;
    auto connection = co_await dial(url.host, url.port, std::move(tls), until);
    if (!connection) {
        co_return connection;
    }
    (*connection)->expire_after(until - Clock::now());
    if (url.secure && !co_await (*connection)->connect_tls(url.host)) {
        co_return unreachable("handshake");
    }
    co_return connection;
}

asio::awaitable<Client::Outcome> Client::connect(const Job& job)
{
    auto connection = co_await open(job.url, job.until);
    if (!connection) {
        co_return Failure(connection.error());
    }
    co_return co_await exchange(*std::move(connection), job);
}

asio::awaitable<Result<ClientAnswer>> Client::send_mllp(std::string url, std::string message,
                                                        std::chrono::seconds timeout)
{
    auto parsed = parse_mllp_url(url);
    if (!parsed) {
        co_return Failure(parsed.error());
    }
    auto trip = speak_mllp(*std::move(parsed), std::move(message), Clock::now() + timeout);
    co_return co_await asio::co_spawn(asio::any_io_executor(asio::make_strand(executor_)),
                                      std::move(trip), asio::use_awaitable);
}

asio::awaitable<Client::Outcome> Client::speak_mllp(Url url, std::string message,
                                                    Clock::time_point until)
{
    const auto connection = co_await open(url, until);
    if (!connection) {
        co_return Failure(connection.error());
    }
    if (auto good = judge(**connection); !good) {
        co_return Failure(good.error());
    }
    auto ack = co_await ask_mllp(**connection, std::move(message));
    if (!ack) {
        co_return Failure(ack.error());
    }
    co_return ClientAnswer{{.status = 0, .headers = {}, .body = *std::move(ack)},
                           (*connection)->peer().certificate_der};
}

/// Nothing when the connection was found closed; nothing of the request was written then.
asio::awaitable<std::optional<Client::Outcome>> Client::reuse(
    std::shared_ptr<Connection> connection, const Job& job)
{
    if (!connection->quiet()) {
        co_return std::nullopt;
    }
    connection->expire_after(job.until - Clock::now());
    co_return co_await exchange(std::move(connection), job);
}

asio::awaitable<Client::Outcome> Client::exchange(std::shared_ptr<Connection> connection,
                                                  const Job& job)
{
    if (auto good = judge(*connection); !good) {
        co_return Failure(good.error());
    }
    bool written = co_await connection->write(job.head);
    if (written && !job.body.empty()) {
        written = co_await connection->write(job.body);
    }
    // A server that refuses a body unread answers and closes: its answer is worth more than ours.
    Reader reader(*connection);
    auto response = co_await reader.read(job.to_head);
    if (!response) {
        co_return (written ? Failure(response.error()) : unreachable("write"));
    }
    ClientAnswer answer{*std::move(response), connection->peer().certificate_der};
    if (written && reader.reusable()) {
        connection->expire_never();
        keep(job.key(), std::move(connection));
    } else {
        co_await connection->finish(false);
    }
    co_return answer;
}

std::shared_ptr<Connection> Client::take(const std::string& key)
{
    const auto now = Clock::now();
    const std::scoped_lock lock(mutex_);
    for (auto host = kept_.begin(); host != kept_.end();) {
        std::erase_if(host->second, [now](const Kept& kept) { return kept.until < now; });
        host = host->second.empty() ? kept_.erase(host) : std::next(host);
    }
    const auto host = kept_.find(key);
    if (host == kept_.end()) {
        return nullptr;
    }
    auto connection = std::move(host->second.back().connection);  // the latest is the likeliest
    host->second.pop_back();
    return connection;
}

void Client::keep(const std::string& key, std::shared_ptr<Connection> connection)
{
    const std::scoped_lock lock(mutex_);
    auto& host = kept_[key];
    if (host.size() < kMostKept) {
        host.push_back({std::move(connection), Clock::now() + kKeptFor});
    }
}

}  // namespace

Result<std::unique_ptr<HttpsClient>> HttpsClient::create(asio::any_io_executor executor,
                                                         const ClientIdentity& identity,
                                                         PlainHttp plain)
{
    auto context = client_context(identity);
    if (!context) {
        return Failure(context.error());
    }
    return std::make_unique<Client>(std::move(executor), *std::move(context), identity.is_good,
                                    plain);
}

}  // namespace gateway::net
