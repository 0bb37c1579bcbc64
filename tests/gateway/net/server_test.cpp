#include "gateway/net/server.hpp"

#include <openssl/ssl.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "tests/gateway/net/echo.hpp"
#include "tests/gateway/net/gate.hpp"
#include "tests/gateway/net/raw_client.hpp"

using namespace gateway::net;
using namespace std::chrono_literals;

namespace {

boost::asio::awaitable<Response> nap(Request request)
{
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 300ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return co_await echo(std::move(request));
}

std::unique_ptr<Server> serve(Loop& loop, ClientAuth auth, ServerLimits limits = {},
                              const Handler& handler = echo)
{
    return serve_https(loop.context().get_executor(), "127.0.0.1", 0, pki::server_files(), auth,
                       limits, at_most(1000), handler)
        .value();
}

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("where a certificate is demanded only ours is let in", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required);

    CHECK(is_admitted(server->port(), &pki::hospital()));
    CHECK_FALSE(is_admitted(server->port(), nullptr));
    CHECK_FALSE(is_admitted(server->port(), &pki::stranger()));
    CHECK_FALSE(is_admitted(server->port(), &pki::expired()));
    CHECK_FALSE(is_admitted(server->port(), &pki::server()));
}

TEST_CASE("where a certificate is optional a wrong one is still refused", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::optional);

    CHECK(is_admitted(server->port(), &pki::hospital()));
    CHECK(is_admitted(server->port(), nullptr));
    CHECK_FALSE(is_admitted(server->port(), &pki::stranger()));
}

TEST_CASE("TLS 1.2 is spoken and nothing older", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required);

    auto client = RawClient::tls(server->port(), &pki::hospital(), TLS1_2_VERSION);
    client.send(kGet);

    CHECK(client.response().ends_with("GET /x?|"));
    CHECK(std::string(client.protocol()) == "TLSv1.2");
    CHECK_THROWS(RawClient::tls(server->port(), &pki::hospital(), TLS1_1_VERSION));
}

TEST_CASE("plain bytes on a TLS port get no answer", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required);
    auto client = RawClient::plain(server->port());

    client.send(kGet);

    CHECK(client.response().find("HTTP") == std::string::npos);
    CHECK(eventually([&] { return server->open() == 0; }));
}

TEST_CASE("a client that never shakes hands is given up", "[server]")
{
    Loop loop;
    ServerLimits limits;
    limits.handshake_timeout = 1s;
    const auto server = serve(loop, ClientAuth::required, limits);
    auto client = RawClient::plain(server->port());

    CHECK(eventually([&] { return server->open() == 1; }));
    CHECK(eventually([&] { return server->open() == 0; }));
    CHECK(client.closed());
}

TEST_CASE("one connection too many is refused and the others stay", "[server]")
{
    Loop loop;
    ServerLimits limits;
    limits.connections = 2;
    const auto server = serve(loop, ClientAuth::required, limits);
    auto first = RawClient::tls(server->port());
    {
        auto second = RawClient::tls(server->port());
        CHECK_FALSE(is_admitted(server->port(), &pki::hospital()));
        first.send(kGet);
        CHECK(first.response().ends_with("GET /x?|"));
    }
    CHECK(eventually([&] { return server->open() == 1; }));
    CHECK(is_admitted(server->port(), &pki::hospital()));
}

TEST_CASE("stop lets a request under way finish, and closes the idle", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required, {}, nap);
    auto busy = RawClient::tls(server->port());
    auto idle = RawClient::tls(server->port());
    auto used = RawClient::tls(server->port());
    used.send(kGet);
    REQUIRE(used.response().ends_with("GET /x?|"));
    busy.send(kGet);
    std::this_thread::sleep_for(100ms);

    server->stop();
    server->stop();

    CHECK(idle.closed());
    CHECK(used.closed());
    const auto response = busy.response();
    CHECK(response.ends_with("GET /x?|"));
    CHECK(response.find("\r\nconnection: close\r\n") != std::string::npos);
    CHECK(busy.closed());
    CHECK(eventually([&] { return server->open() == 0; }));
    CHECK_THROWS(RawClient::tls(server->port()));
}

TEST_CASE("a reload serves new connections and leaves the old ones alone", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required);
    auto old = RawClient::tls(server->port());
    auto files = pki::server_files();
    files.client_ca_pem = pki::stranger().certificate;

    REQUIRE(server->reload(files));

    CHECK_FALSE(is_admitted(server->port(), &pki::hospital()));
    CHECK(is_admitted(server->port(), &pki::stranger()));
    old.send(kGet);
    CHECK(old.response().ends_with("GET /x?|"));
}

TEST_CASE("a reload with bad files changes nothing", "[server]")
{
    Loop loop;
    const auto server = serve(loop, ClientAuth::required);
    auto files = pki::server_files();
    const auto where =
        GENERATE(as<std::string>{}, "certificate_chain_pem", "private_key_pem", "client_ca_pem");
    (where == "certificate_chain_pem" ? files.certificate_chain_pem
     : where == "private_key_pem"     ? files.private_key_pem
                                      : files.client_ca_pem) = "nonsense";

    const auto reloaded = server->reload(files);

    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error().code == base::Errc::unusable_key);
    CHECK(reloaded.error().where == where);
    CHECK(is_admitted(server->port(), &pki::hospital()));
}

TEST_CASE("a listener that cannot open says why", "[server]")
{
    Loop loop;
    const auto executor = loop.context().get_executor();
    const auto taken = serve(loop, ClientAuth::required);
    auto mixed = pki::server_files();
    mixed.private_key_pem = pki::elsewhere().key;

    const auto listen = [&](const std::string& address, std::uint16_t port, const TlsFiles& files) {
        const auto server =
            serve_https(executor, address, port, files, ClientAuth::required, {}, at_most(1), echo);
        REQUIRE_FALSE(server);
        CHECK(server.error().code == base::Errc::malformed_config);
        return server.error().where;
    };

    CHECK(listen("nowhere", 0, pki::server_files()) == "address");
    CHECK(listen("127.0.0.1", taken->port(), pki::server_files()) ==
          "port " + std::to_string(taken->port()));
    CHECK(listen("127.0.0.1", 0, mixed) == "private_key_pem");
}

TEST_CASE("health is served plain on loopback, without bodies", "[server]")
{
    Loop loop;
    const auto server = serve_loopback(loop.context().get_executor(), 0, {}, echo).value();
    auto client = RawClient::plain(server->port());

    client.send(kGet);
    CHECK(client.response().ends_with("GET /x?|"));
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
    CHECK(client.response().starts_with("HTTP/1.1 413"));
    CHECK(client.closed());
}
