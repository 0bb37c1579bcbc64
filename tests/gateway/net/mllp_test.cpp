#include <catch2/catch.hpp>
#include <stdexcept>

#include "gateway/net/client.hpp"
#include "gateway/net/mllp_frames.hpp"
#include "gateway/net/server.hpp"
#include "tests/gateway/net/gate.hpp"
#include "tests/gateway/net/raw_client.hpp"

using namespace gateway::net;
using namespace std::chrono_literals;

namespace {

boost::asio::awaitable<std::string> acknowledge(std::string message, Peer peer)
{
    if (message == "throw") {
        throw std::runtime_error("bug");
    }
    co_return message == "silence"
        ? std::string()
        : "ACK " + message + (peer.certificate_der.empty() ? "" : " signed");
}

std::unique_ptr<Server> serve(Loop& loop, MllpLimits limits = {}, const TlsFiles* files = nullptr)
{
    return serve_mllp(loop.context().get_executor(), "127.0.0.1", 0, files, limits, acknowledge)
        .value();
}

}  // namespace

TEST_CASE("a message is answered in its frame", "[mllp]")
{
    Loop loop;
    const auto server = serve(loop);

    const auto answer = loop.run(
        send_mllp(loop.context().get_executor(), "127.0.0.1", server->port(), "MSH|1", 5s));

    CHECK(answer.value() == "ACK MSH|1");
}

TEST_CASE("frames in one packet are answered in order", "[mllp]")
{
    Loop loop;
    const auto server = serve(loop);
    auto client = RawClient::plain(server->port());

    client.send("noise" + mllp_frame("1") + "\n" + mllp_frame("silence") + mllp_frame("2"));

    const auto expected = mllp_frame("ACK 1") + mllp_frame("ACK 2");
    CHECK(client.read(expected.size()) == expected);
}

TEST_CASE("a frame split in every place is one frame", "[mllp]")
{
    Loop loop;
    const auto server = serve(loop);
    const auto frame = mllp_frame("MSH|2");
    const auto expected = mllp_frame("ACK MSH|2");
    auto client = RawClient::plain(server->port());

    for (std::size_t cut = 1; cut < frame.size(); ++cut) {
        CAPTURE(cut);
        client.send(frame.substr(0, cut));
        std::this_thread::sleep_for(5ms);
        client.send(frame.substr(cut));
        CHECK(client.read(expected.size()) == expected);
    }
}

TEST_CASE("a frame that never ends is given up by time, however it trickles", "[mllp]")
{
    Loop loop;
    MllpLimits limits;
    limits.frame_timeout = 1s;
    const auto server = serve(loop, limits);
    auto client = RawClient::plain(server->port());
    auto other = RawClient::plain(server->port());
    const auto begin = std::chrono::steady_clock::now();

    client.send("\x0bMSH");
    other.send(mllp_frame("x"));
    CHECK(other.read(8) == mllp_frame("ACK x"));
    for (int i = 0; i < 100 && server->open() > 1; ++i) {
        client.send("|");
        std::this_thread::sleep_for(50ms);
    }

    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(server->open() == 1);
}

TEST_CASE("a frame beyond its limit closes the connection", "[mllp]")
{
    Loop loop;
    MllpLimits limits;
    limits.frame_bytes = 1000;
    const auto server = serve(loop, limits);
    const auto end = GENERATE(as<std::string>{}, "", "\x1c\r");
    auto client = RawClient::plain(server->port());

    client.send(mllp_frame(std::string(1000, 'a')));
    CHECK(client.read(1007).size() == 1007);
    client.send("\x0b" + std::string(1001, 'a') + end);
    CHECK(client.closed());
}

TEST_CASE("an idle line is closed, and so is one whose handler threw", "[mllp]")
{
    Loop loop;
    MllpLimits limits;
    limits.idle_timeout = 1s;
    const auto server = serve(loop, limits);
    auto idle = RawClient::plain(server->port());
    auto unlucky = RawClient::plain(server->port());

    unlucky.send(mllp_frame("throw"));

    CHECK(unlucky.closed());
    CHECK(idle.closed());
}

TEST_CASE("MLLP under TLS demands a certificate of ours", "[mllp]")
{
    Loop loop;
    const auto files = pki::server_files();
    const auto server = serve(loop, {}, &files);
    auto client = RawClient::tls(server->port());

    client.send(mllp_frame("MSH|3"));

    const auto expected = mllp_frame("ACK MSH|3 signed");
    CHECK(client.read(expected.size()) == expected);
    CHECK_FALSE(is_admitted(server->port(), nullptr));
    CHECK_FALSE(is_admitted(server->port(), &pki::stranger()));
}

TEST_CASE("without TLS only loopback addresses are served", "[mllp]")
{
    Loop loop;
    const auto server =
        serve_mllp(loop.context().get_executor(), "0.0.0.0", 0, nullptr, {}, acknowledge);

    REQUIRE_FALSE(server);
    CHECK(server.error().where == "address");
}

TEST_CASE("stop closes idle lines", "[mllp]")
{
    Loop loop;
    const auto server = serve(loop);
    auto client = RawClient::plain(server->port());
    client.send(mllp_frame("x"));
    CHECK(client.read(8) == mllp_frame("ACK x"));

    server->stop();

    CHECK(client.closed());
    CHECK(eventually([&] { return server->open() == 0; }));
}

TEST_CASE("a partner that is not there is told as such", "[mllp]")
{
    Loop loop;

    const auto answer =
        loop.run(send_mllp(loop.context().get_executor(), "127.0.0.1", 1, "MSH", 5s));

    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == base::Errc::partner_unreachable);
    CHECK(answer.error().where == "connect");
}
