#include "gateway/net/client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "tests/gateway/net/echo.hpp"
#include "tests/gateway/net/gate.hpp"
#include "tests/gateway/net/raw_client.hpp"

using namespace gateway::net;
using namespace std::chrono_literals;

namespace {

struct Pair {
    explicit Pair(ServerLimits limits = {}, const pki::Pair& certificate = pki::server())
        : server(serve_https(loop.context().get_executor(), "127.0.0.1", 0,
                             pki::server_files(certificate), ClientAuth::required, limits,
                             at_most(8'000'000), echo)
                     .value()),
          client(HttpsClient::create(loop.context().get_executor(), pki::client_identity()).value())
    {
    }

    [[nodiscard]] std::string url(const std::string& path) const
    {
        return "https://127.0.0.1:" + std::to_string(server->port()) + path;
    }
    base::Result<ClientAnswer> send(const std::string& method, const std::string& path,
                                    std::string body = {}, std::chrono::seconds timeout = 10s)
    {
        return loop.run(client->send(method, url(path), {}, std::move(body), timeout));
    }

    Loop loop;
    std::unique_ptr<Server> server;
    std::unique_ptr<HttpsClient> client;
};

}  // namespace

TEST_CASE("a request goes out and its answer comes back", "[client]")
{
    Pair pair;
    const Headers headers{
        {"content-type", "text/plain"}, {"host", "evil"}, {"Content-Length", "9"}};

    const auto answer =
        pair.loop.run(pair.client->send("POST", pair.url("/x?y"), headers, "hello", 10s));

    REQUIRE(answer);
    CHECK(answer->response.status == 200);
    CHECK(answer->response.body == "POST /x?y|hello");
    CHECK_FALSE(answer->server_certificate_der.empty());
}

TEST_CASE("a connection is used again, and a host of two names has two", "[client]")
{
    Pair pair;

    for (int i = 0; i < 5; ++i) {
        REQUIRE(pair.send("GET", "/x"));
        REQUIRE(pair.send("HEAD", "/x")->response.body.empty());
        CHECK(pair.server->open() == 1);
    }
    const auto named = "https://localhost:" + std::to_string(pair.server->port()) + "/";
    REQUIRE(pair.loop.run(pair.client->send("GET", named, {}, {}, 10s)));
    CHECK(pair.server->open() == 2);
}

TEST_CASE("many requests at once each have their own connection and answer", "[client]")
{
    Pair pair;
    std::vector<std::future<base::Result<ClientAnswer>>> answers;
    for (int i = 0; i < 40; ++i) {
        answers.push_back(
            boost::asio::co_spawn(pair.loop.context(),
                                  pair.client->send("POST", pair.url("/" + std::to_string(i)), {},
                                                    std::string(100'000, 'x'), 20s),
                                  boost::asio::use_future));
    }

    for (int i = 0; i < 40; ++i) {
        const auto answer = answers[static_cast<std::size_t>(i)].get();
        REQUIRE(answer);
        CHECK(answer->response.body ==
              "POST /" + std::to_string(i) + "?|" + std::string(100'000, 'x'));
    }
}

TEST_CASE("a kept connection that the server closed is replaced", "[client]")
{
    ServerLimits limits;
    limits.idle_timeout = 1s;
    Pair pair(limits);
    REQUIRE(pair.send("GET", "/x"));
    REQUIRE(eventually([&] { return pair.server->open() == 0; }));

    CHECK(pair.send("POST", "/x", "again")->response.body == "POST /x?|again");
    CHECK(pair.send("GET", "/close")->response.close);
    CHECK(pair.send("GET", "/x"));
}

TEST_CASE("an answer is taken from a server that refuses the body", "[client]")
{
    Pair pair;

    const auto answer = pair.send("POST", "/x", std::string(9'000'000, 'x'));

    if (answer) {  // the refusal may be overtaken by the reset of the connection
        CHECK(answer->response.status == 413);
    } else {
        CHECK(answer.error().where == "write");
    }
    CHECK(pair.send("GET", "/x"));
}

TEST_CASE("a server of another name is refused", "[client]")
{
    Pair pair({}, pki::elsewhere());

    const auto answer = pair.send("GET", "/x");

    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == base::Errc::partner_unreachable);
    CHECK(answer.error().where == "handshake");
}

TEST_CASE("a server of another authority is refused", "[client]")
{
    Pair pair;
    auto identity = pki::client_identity();
    identity.server_ca_pem = pki::stranger().certificate;
    pair.client = HttpsClient::create(pair.loop.context().get_executor(), identity).value();

    CHECK(pair.send("GET", "/x").error().where == "handshake");
}

TEST_CASE("a client whose certificate is not welcome reads no answer", "[client]")
{
    Pair pair;
    pair.client = HttpsClient::create(pair.loop.context().get_executor(),
                                      pki::client_identity(pki::stranger()))
                      .value();

    const auto answer = pair.send("GET", "/x");

    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == base::Errc::partner_unreachable);
}

TEST_CASE("a server that does not answer is given up in time", "[client]")
{
    Pair pair;
    boost::asio::ip::tcp::acceptor mute(pair.loop.context(), {boost::asio::ip::tcp::v4(), 0});
    const auto url = "https://127.0.0.1:" + std::to_string(mute.local_endpoint().port()) + "/";
    const auto begin = std::chrono::steady_clock::now();

    const auto answer = pair.loop.run(pair.client->send("GET", url, {}, {}, 1s));

    REQUIRE_FALSE(answer);
    CHECK(answer.error().where == "handshake");
    CHECK(std::chrono::steady_clock::now() - begin < 4s);
}

TEST_CASE("a name nobody knows and a port nobody serves cannot be reached", "[client]")
{
    Pair pair;

    const auto nobody =
        pair.loop.run(pair.client->send("GET", "https://nobody.invalid/", {}, {}, 10s));
    const auto closed =
        pair.loop.run(pair.client->send("GET", "https://127.0.0.1:1/", {}, {}, 10s));

    CHECK(nobody.error().where == "connect");
    CHECK(closed.error().where == "connect");
}

TEST_CASE("a header that breaks out of its line is not sent", "[client]")
{
    Pair pair;
    const Headers headers{{"a", "b\r\nc: d"}};

    const auto answer = pair.loop.run(pair.client->send("GET", pair.url("/x"), headers, {}, 10s));

    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == base::Errc::malformed_request);
    CHECK(pair.server->open() == 0);
}

TEST_CASE("a client without anchors or with a foreign key cannot be made", "[client]")
{
    Loop loop;
    auto identity = pki::client_identity();
    identity.server_ca_pem.clear();
    CHECK(HttpsClient::create(loop.context().get_executor(), identity).error().where ==
          "server_ca_pem");
    identity = pki::client_identity();
    identity.private_key_pem = pki::server().key;
    CHECK(HttpsClient::create(loop.context().get_executor(), identity).error().where ==
          "private_key_pem");
}
