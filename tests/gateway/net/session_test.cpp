#include "gateway/net/session.hpp"

#include <catch2/catch.hpp>

#include "tests/gateway/net/echo.hpp"
#include "tests/gateway/net/gate.hpp"
#include "tests/gateway/net/raw_client.hpp"

using namespace gateway::net;
using namespace std::chrono_literals;

namespace {

struct Gate {
    explicit Gate(ServerLimits limits = {}, std::size_t body_limit = 8'000'000)
        : server(serve_https(loop.context().get_executor(), "127.0.0.1", 0, pki::server_files(),
                             ClientAuth::required, limits, at_most(body_limit), echo)
                     .value())
    {
    }

    Loop loop;
    std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("a request is answered over TLS 1.3 and the connection is kept", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());

    for (int i = 0; i < 3; ++i) {
        client.send(
            "POST /a%20b?c=d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
        const auto response = client.response();
        CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(response.find("\r\ntrace-id: ") != std::string::npos);
        CHECK(response.find("\r\ndate: ") != std::string::npos);
        CHECK(response.ends_with("\r\n\r\nPOST /a b?c=d|hello"));
    }
    CHECK(std::string(client.protocol()) == "TLSv1.3");
    CHECK(gate.server->open() == 1);
}

TEST_CASE("a handler knows the other end and the caller's trace", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    client.send("GET /peer HTTP/1.1\r\nHost: a\r\ntraceparent: 00-" + trace +
                "-00f067aa0ba902b7-01\r\n\r\n");

    const auto response = client.response();
    CHECK(response.ends_with("127.0.0.1 " + std::to_string(gate.server->port()) + " somebody " +
                             trace));
    CHECK(response.find("\r\ntrace-id: " + trace) != std::string::npos);
}

TEST_CASE("pipelined requests are answered in their order", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "POST /" + std::to_string(i) +
                    " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n" + std::to_string(i % 10);
    }

    client.send(requests);

    for (int i = 0; i < 50; ++i) {
        CHECK(client.response().ends_with("POST /" + std::to_string(i) + "?|" +
                                          std::to_string(i % 10)));
    }
}

TEST_CASE("a chunked body arrives whole however it is cut", "[session]")
{
    const Gate gate;
    const std::string request =
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
    auto client = RawClient::tls(gate.server->port());

    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        CAPTURE(cut);
        client.send(request.substr(0, cut));
        client.send(request.substr(cut));
        REQUIRE(client.response().ends_with("POST /c?|abc0123456789"));
    }
}

TEST_CASE("HEAD is answered as GET without its body", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());

    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(client.response(true).find("\r\ncontent-length: 8\r\n") != std::string::npos);
    CHECK(client.response().ends_with("GET /y?|"));
}

TEST_CASE("a waiting client is told to go on, or refused before it sends", "[session]")
{
    const Gate gate({}, 5);
    auto client = RawClient::tls(gate.server->port());

    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.response() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK(client.response().ends_with("POST /x?|hello"));

    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.response().starts_with("HTTP/1.1 413"));
    CHECK(client.closed());
}

TEST_CASE("a body over its limit is refused before it is read", "[session]")
{
    const Gate gate({}, 10);
    const auto head = GENERATE(as<std::string>{}, "Content-Length: 100000000\r\n\r\n",
                               "Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n",
                               "Transfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n0\r\n\r\n",
                               "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n");
    auto client = RawClient::tls(gate.server->port());

    client.send("POST /x HTTP/1.1\r\nHost: a\r\n" + head + std::string(200'000, 'x'));

    const auto response = client.response();
    CAPTURE(head, response);
    CHECK((response.starts_with("HTTP/1.1 413") || response.starts_with("HTTP/1.1 400")));
    CHECK(response.find("application/problem+json") != std::string::npos);
    CHECK(client.closed());
}

TEST_CASE("a handler that throws is one 500 without its words, and others go on", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());

    client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");

    const auto response = client.response();
    CHECK(response.starts_with("HTTP/1.1 500"));
    CHECK(response.find("PU-9003") != std::string::npos);
    CHECK(response.find("CURP") == std::string::npos);
    CHECK(client.response().ends_with("GET /x?|"));
}

TEST_CASE("an answer whose header breaks out of its line becomes a 500", "[session]")
{
    const Gate gate;
    auto client = RawClient::tls(gate.server->port());

    client.send("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");

    const auto response = client.response();
    CHECK(response.starts_with("HTTP/1.1 500"));
    CHECK(response.find("set-cookie") == std::string::npos);
}

TEST_CASE("a connection closes when either side says so", "[session]")
{
    const Gate gate;
    const auto request = GENERATE(as<std::string>{}, "GET /close HTTP/1.1\r\nHost: a\r\n\r\n",
                                  "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                                  "GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
    auto client = RawClient::tls(gate.server->port());

    client.send(request);

    CHECK(client.response().find("\r\nconnection: close\r\n") != std::string::npos);
    CHECK(client.closed());
    CHECK(eventually([&] { return gate.server->open() == 0; }));
}

TEST_CASE("large bodies and answers go through", "[session]")
{
    const Gate gate;
    const std::string body(5'000'000, 'b');
    auto client = RawClient::tls(gate.server->port());

    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + body);
    CHECK(client.response().ends_with("?|" + body));
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.response().ends_with(std::string(3'000'000, 'x')));
}

TEST_CASE("slow heads and bodies are given up with 408 and hold nobody", "[session]")
{
    ServerLimits limits;
    limits.header_timeout = 1s;
    limits.request_timeout = 1s;
    limits.idle_timeout = 1s;
    const Gate gate(limits);
    auto head = RawClient::tls(gate.server->port());
    auto body = RawClient::tls(gate.server->port());
    auto silent = RawClient::tls(gate.server->port());
    auto brisk = RawClient::tls(gate.server->port());

    head.send("GET / HTTP/1.1\r\nHost:");
    body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");

    brisk.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(brisk.response().ends_with("GET /x?|"));
    CHECK(head.response().starts_with("HTTP/1.1 408"));
    CHECK(body.response().starts_with("HTTP/1.1 408"));
    CHECK(head.closed());
    CHECK(body.closed());
    CHECK(silent.closed());
    CHECK(brisk.closed());
    CHECK(eventually([&] { return gate.server->open() == 0; }));
}

TEST_CASE("a head that trickles does not live longer than its time", "[session]")
{
    ServerLimits limits;
    limits.header_timeout = 1s;
    const Gate gate(limits);
    auto client = RawClient::tls(gate.server->port());
    const auto begin = std::chrono::steady_clock::now();

    client.send("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 100 && gate.server->open() > 0; ++i) {
        client.send("x-" + std::to_string(i) + ": 1\r\n");
        std::this_thread::sleep_for(50ms);
    }

    CHECK(std::chrono::steady_clock::now() - begin < 4s);
}

TEST_CASE("a client that does not read its answer is given up", "[session]")
{
    ServerLimits limits;
    limits.request_timeout = 1s;
    const Gate gate(limits);
    auto client = RawClient::tls(gate.server->port());
    for (int i = 0; i < 10; ++i) {
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    CHECK(eventually([&] { return gate.server->open() == 0; }));
}
