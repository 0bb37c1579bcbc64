#include "gateway/net/session.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <iostream>
#include <optional>
#include <utility>

#include "gateway/net/head.hpp"
#include "gateway/net/problem.hpp"
#include "gateway/net/request_parser.hpp"
#include "gateway/net/wire.hpp"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::Errc;
using base::Error;
using base::Result;
using Parser = RequestParser;

constexpr std::size_t kReadAtOnce = 16 * 1024;
/// A larger answer goes out as head, then body, instead of being copied behind its head.
constexpr std::size_t kOneWrite = 64 * 1024;

/// Nobody is left to hear a refusal.
constexpr std::nullopt_t kGone = std::nullopt;
/// Why a request cannot be answered: an error to tell, or kGone.
using Refusal = std::optional<Error>;
template <class T>
using Step = tl::expected<T, Refusal>;
using Stop = tl::unexpected<Refusal>;

Refusal malformed(std::string where, base::Text expected)
{
    return Error{Errc::malformed_request, std::move(where), std::move(expected), {}};
}

class Session {
public:
    Session(Connection& connection, const HttpService& service)
        : connection_(connection), service_(service)
    {
    }

    asio::awaitable<void> run();

private:
    asio::awaitable<bool> serve_one();
    asio::awaitable<bool> fill();
    asio::awaitable<Step<std::size_t>> read_head();
    Step<Head> parse_head(Parser& parser, std::size_t size);
    asio::awaitable<Result<void>> allow_body(const Head& head, Parser& parser);
    asio::awaitable<Step<std::string>> read_body(Parser& parser);
    asio::awaitable<Response> ask(Request request);
    asio::awaitable<bool> answer(const Response& response, bool to_head);
    asio::awaitable<void> refuse(const Refusal& refusal);
    Refusal out_of_bytes(const char* where) const;

    [[nodiscard]] std::string_view input() const noexcept
    {
        return {static_cast<const char*>(in_.data().data()), in_.size()};
    }

    Connection& connection_;
    const HttpService& service_;
    boost::beast::flat_buffer in_;
    std::string out_;
    std::string trace_id_;
    bool keep_ = true;
    bool linger_ = false;
};

asio::awaitable<void> Session::run()
{
    auto patience = service_.limits.header_timeout;  // a new connection has something to say
    while (!connection_.draining()) {
        connection_.set_idle(true);
        connection_.expire_after(patience);
        if (in_.size() == 0 && !co_await fill()) {
            break;
        }
        connection_.set_idle(false);
        if (!co_await serve_one()) {
            break;
        }
        patience = service_.limits.idle_timeout;
    }
    co_await connection_.finish(linger_);
}

asio::awaitable<bool> Session::fill()
{
    const auto count = co_await connection_.read(in_.prepare(kReadAtOnce));
    in_.commit(count);
    co_return count > 0;
}

/// True when the connection can take another request.
asio::awaitable<bool> Session::serve_one()
{
    trace_id_ = new_trace_id();
    keep_ = true;
    const auto size = co_await read_head();
    if (!size) {
        co_await refuse(size.error());
        co_return false;
    }
    Parser parser;
    auto head = parse_head(parser, *size);
    if (!head) {
        co_await refuse(head.error());
        co_return false;
    }
    keep_ = head->keep_alive;
    const auto allowed = co_await allow_body(*head, parser);
    if (!allowed) {
        co_await refuse(allowed.error());
        co_return false;
    }
    auto body = co_await read_body(parser);
    if (!body) {
        co_await refuse(body.error());
        co_return false;
    }
    const bool to_head = head->method == "HEAD";
    Request request{to_head ? "GET" : std::move(head->method),
                    std::move(head->path),
                    std::move(head->query),
                    std::move(head->headers),
                    *std::move(body),
                    connection_.peer(),
                    trace_id_};
    connection_.expire_never();
    const auto response = co_await ask(std::move(request));
    co_return co_await answer(response, to_head);
}

Refusal Session::out_of_bytes(const char* where) const
{
    if (!connection_.expired()) {
        return kGone;
    }
    return Error{Errc::slow_request, where, {"sus bytes a tiempo", "its bytes in time"}, {}};
}

/// The bytes of the head now at the front of the input, judged as far as bytes go.
asio::awaitable<Step<std::size_t>> Session::read_head()
{
    std::size_t seen = 0;
    bool hurried = false;
    while (true) {
        const auto end = find_head_end(input(), seen);
        if (end.state == HeadEnd::State::refused) {
            co_return Stop(malformed("head @byte " + std::to_string(end.at),
                                     {"líneas terminadas en CRLF, sin pliegues ni bytes de control",
                                      "lines that end in CRLF, no folds, no control bytes"}));
        }
        const bool complete = end.state == HeadEnd::State::complete;
        if ((complete ? end.at : in_.size()) > service_.limits.header_bytes) {
            const auto most = std::to_string(service_.limits.header_bytes);
            co_return Stop(Error{Errc::limit_exceeded,
                                 "head",
                                 {"a lo más " + most + " bytes", "at most " + most + " bytes"},
                                 {}});
        }
        if (complete) {
            co_return end.at;
        }
        if (!std::exchange(hurried, true)) {
            connection_.expire_after(service_.limits.header_timeout);
        }
        seen = in_.size();
        if (!co_await fill()) {
            co_return Stop(out_of_bytes("head"));
        }
    }
}

/// Beast reads it, the judge decides.
Step<Head> Session::parse_head(Parser& parser, std::size_t size)
{
    const auto raw = net::read_head(parser, input().substr(0, size));
    if (!raw) {
        return Stop(malformed("head", {"un encabezado de RFC 9112", "a head of RFC 9112"}));
    }
    auto head = judge(*raw);
    if (!head) {
        return Stop(Refusal(std::move(head).error()));
    }
    in_.consume(size);
    for (const auto& [name, value] : head->headers) {
        if (name == "traceparent") {
            trace_id_ = trace_id_of(value).value_or(trace_id_);
        }
    }
    return *std::move(head);
}

/// Asks how large the body may be, refuses a larger one unread, and lets a waiting client go on.
asio::awaitable<Result<void>> Session::allow_body(const Head& head, Parser& parser)
{
    const auto limit = service_.body_limit(head.method, head.path);
    if (head.length.value_or(0) > limit || (head.chunked && limit == 0)) {
        const auto most = std::to_string(limit);
        co_return base::fail(Errc::body_too_large, "body",
                             {"a lo más " + most + " bytes", "at most " + most + " bytes"});
    }
    parser.body_limit(limit);
    connection_.expire_after(service_.limits.request_timeout);
    const bool awaited = head.chunked || head.length.value_or(0) > 0;
    if (head.expects_continue && awaited && in_.size() == 0) {
        // Should it not get through, the body's bytes will be missed.
        static_cast<void>(co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    co_return Result<void>();
}

asio::awaitable<Step<std::string>> Session::read_body(Parser& parser)
{
    const auto& message = parser.get();
    const auto fields = std::distance(message.begin(), message.end());
    auto no_extension = [](std::uint64_t, boost::beast::string_view extension,
                           boost::system::error_code& error) {
        if (!extension.empty()) {
            error = http::error::bad_chunk_extension;
        }
    };
    parser.on_chunk_header(no_extension);
    parser.eager(true);
    while (!parser.is_done()) {
        boost::system::error_code error;
        in_.consume(parser.put(in_.data(), error));
        if (error == http::error::body_limit) {
            co_return Stop(Error{Errc::body_too_large, "body", {"menos bytes", "fewer bytes"}, {}});
        }
        if (error && error != http::error::need_more) {
            co_return Stop(malformed("body", {"trozos de RFC 9112 sin extensiones",
                                              "chunks of RFC 9112 without extensions"}));
        }
        if (!parser.is_done() && !co_await fill()) {
            co_return Stop(out_of_bytes("body"));
        }
    }
    if (std::distance(message.begin(), message.end()) != fields) {
        co_return Stop(
            malformed("body", {"ningún campo tras el cuerpo", "no field after the body"}));
    }
    co_return std::move(parser.get().body());
}

/// The one place where exceptions of the handlers are caught. The log gets the trace id and not
/// what the exception says, which may hold anything.
asio::awaitable<Response> Session::ask(Request request)
{
    try {
        co_return co_await service_.handler(std::move(request));
    } catch (...) {
        std::clog << "net: a handler threw, trace " << trace_id_ << '\n';
    }
    co_return problem(Error{Errc::internal, "", {}, {}}, trace_id_);
}

asio::awaitable<bool> Session::answer(const Response& response, bool to_head)
{
    keep_ = keep_ && !response.close && !connection_.draining();
    out_.clear();
    const Envelope envelope{trace_id_, to_head, !keep_};
    if (!append_head(out_, response, envelope)) {
        std::clog << "net: a handler gave a header that is none, trace " << trace_id_ << '\n';
        const auto fault = problem(Error{Errc::internal, "", {}, {}}, trace_id_);
        co_return co_await answer(fault, to_head);
    }
    connection_.expire_after(service_.limits.request_timeout);
    const bool has_body = !to_head && response.status != 204 && response.status != 304;
    const bool together = has_body && response.body.size() <= kOneWrite;
    if (together) {
        out_.append(response.body);
    }
    bool written = co_await connection_.write(out_);
    if (written && has_body && !together) {
        written = co_await connection_.write(response.body);
    }
    co_return (written && keep_);
}

asio::awaitable<void> Session::refuse(const Refusal& refusal)
{
    if (refusal) {
        keep_ = false;
        linger_ = true;
        const auto response = problem(*refusal, trace_id_);
        co_await answer(response, false);
    }
}

}  // namespace

asio::awaitable<void> serve_http(std::shared_ptr<Connection> connection,
                                 std::shared_ptr<const HttpService> service)
{
    Session session(*connection, *service);
    co_await session.run();
}

}  // namespace gateway::net
