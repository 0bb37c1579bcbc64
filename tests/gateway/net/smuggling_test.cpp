#include <catch2/catch.hpp>

#include "tests/gateway/net/echo.hpp"
#include "tests/gateway/net/gate.hpp"
#include "tests/gateway/net/raw_client.hpp"

using namespace gateway::net;

namespace {

/// What follows a smuggling request on its connection, and must never be taken for a request.
constexpr std::string_view kHidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct Form {
    std::string name;
    std::string request;
};

const std::string kPost = "POST /x HTTP/1.1\r\nHost: localhost\r\n";
const std::string kChunks = "5\r\nhello\r\n0\r\n\r\n";

std::vector<Form> forms()
{
    return {
        {"TE: gzip with CL", kPost + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"},
        {"TE: identity with CL",
         kPost + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"},
        {"TE: xchunked", kPost + "Transfer-Encoding: xchunked\r\n\r\n"},
        {"TE: chunked, gzip", kPost + "Transfer-Encoding: chunked, gzip\r\n\r\n" + kChunks},
        {"TE: gzip, chunked", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n" + kChunks},
        {"TE twice",
         kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + kChunks},
        {"TE with CL", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + kChunks},
        {"CL with TE", kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + kChunks},
        {"TE with a blank before the colon",
         kPost + "Transfer-Encoding : chunked\r\n\r\n" + kChunks},
        {"TE with VT", kPost +
                           "Transfer-Encoding: \x0b"
                           "chunked\r\n\r\n" +
                           kChunks},
        {"TE folded", kPost + "Transfer-Encoding:\r\n chunked\r\n\r\n" + kChunks},
        {"TE in HTTP/1.0",
         "POST /x HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + kChunks},
        {"CL twice", kPost + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
        {"two CLs", kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
        {"CL: 5, 5", kPost + "Content-Length: 5, 5\r\n\r\nhello"},
        {"CL: +5", kPost + "Content-Length: +5\r\n\r\nhello"},
        {"CL: -5", kPost + "Content-Length: -5\r\n\r\nhello"},
        {"CL: 0x5", kPost + "Content-Length: 0x5\r\n\r\nhello"},
        {"CL: 5 in letters", kPost + "Content-Length: five\r\n\r\nhello"},
        {"CL beyond 64 bits", kPost + "Content-Length: 18446744073709551621\r\n\r\nhello"},
        {"CL folded", kPost + "Content-Length: 5\r\n 0\r\n\r\nhello"},
        {"no Host", "GET /x HTTP/1.1\r\n\r\n"},
        {"two Hosts", "GET /x HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"},
        {"an invalid Host", "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {"an empty Host", "GET /x HTTP/1.1\r\nHost:\r\n\r\n"},
        {"a bare LF after the request line", "GET /x HTTP/1.1\nHost: localhost\r\n\r\n"},
        {"a bare LF after a field", "GET /x HTTP/1.1\r\nHost: localhost\nA: b\r\n\r\n"},
        {"two bare LFs", "GET /x HTTP/1.1\nHost: localhost\n\n"},
        {"CR CR LF", "GET /x HTTP/1.1\r\nHost: localhost\r\r\n\r\n"},
        {"NUL in a value", std::string(kPost + "A: b") + '\0' + "\r\n\r\n"},
        {"a folded field", kPost + "A: b\r\n c\r\n\r\n"},
        {"a blank before the first field", "GET /x HTTP/1.1\r\n Host: localhost\r\n\r\n"},
        {"a field without colon", kPost + "A\r\n\r\n"},
        {"an empty field name", kPost + ": a\r\n\r\n"},
        {"a lower-case method", "get /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"an unknown method", "BREW /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"TRACE", "TRACE /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"an absolute target", "GET https://localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"CONNECT", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"8-bit target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"a dot segment", "GET /a/../x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"an encoded dot segment", "GET /a/%2e%2e/x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"an encoded slash", "GET /a%2fx HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"half an escape", "GET /x%4 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"a blank in the target", "GET /x y HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"two blanks", "GET  /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"HTTP/2.0", "GET /x HTTP/2.0\r\nHost: localhost\r\n\r\n"},
        {"HTTP/1.2", "GET /x HTTP/1.2\r\nHost: localhost\r\n\r\n"},
        {"http/1.1", "GET /x http/1.1\r\nHost: localhost\r\n\r\n"},
        {"HTTP/0.9", "GET /x\r\n\r\n"},
        {"an empty first line", "\r\nGET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"Content-Digest twice", kPost + "Content-Digest: a\r\nContent-Digest: a\r\n\r\n"},
        {"Exchange-Purpose twice",
         kPost + "Exchange-Purpose: TREAT\r\nexchange-purpose: HRESCH\r\n\r\n"},
        {"a trailer announced",
         kPost + "Transfer-Encoding: chunked\r\nTrailer: A\r\n\r\n" + kChunks},
        {"a trailer", kPost + "Transfer-Encoding: "
                              "chunked\r\n\r\n5\r\nhello\r\n0\r\nExchange-Agreement: EVIL\r\n\r\n"},
        {"a chunk extension",
         kPost + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"},
        {"LF in a quoted chunk extension",
         kPost + "Transfer-Encoding: chunked\r\n\r\n5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"},
        {"LF after a chunk's size",
         kPost + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"},
        {"LF after a chunk", kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n"},
        {"a chunk longer than its size",
         kPost + "Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n"},
        {"a chunk size with 0x",
         kPost + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"},
        {"a chunk size with a sign",
         kPost + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"},
        {"a chunk size with a blank before",
         kPost + "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n"},
        {"a chunk size with a blank behind",
         kPost + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n"},
        {"an empty chunk size", kPost + "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n"},
        {"a chunk size of 17 digits",
         kPost + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
        {"LF after the last chunk",
         kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\n"},
        {"101 fields",
         [] {
             std::string request = "GET /x HTTP/1.1\r\nHost: localhost\r\n";
             for (int i = 0; i < 100; ++i) {
                 request += "x-" + std::to_string(i) + ": 1\r\n";
             }
             return request + "\r\n";
         }()},
    };
}

}  // namespace

TEST_CASE("every way to smuggle a request is refused, and the connection closed", "[smuggling]")
{
    Loop loop;
    const auto server =
        serve_https(loop.context().get_executor(), "127.0.0.1", 0, pki::server_files(),
                    ClientAuth::required, {}, at_most(1000), echo)
            .value();
    for (const auto& form : forms()) {
        CAPTURE(form.name);
        auto client = RawClient::tls(server->port());

        client.send(form.request + std::string(kHidden));

        const auto response = client.response();
        CHECK(response.substr(0, 12) == "HTTP/1.1 400");
        CHECK(response.find("application/problem+json") != std::string::npos);
        CHECK(response.find("\r\nconnection: close\r\n") != std::string::npos);
        CHECK(response.find("hidden") == std::string::npos);
        CHECK(client.closed());
    }
}

TEST_CASE("a head larger than its limit is refused while it is being read", "[smuggling]")
{
    Loop loop;
    const auto server =
        serve_https(loop.context().get_executor(), "127.0.0.1", 0, pki::server_files(),
                    ClientAuth::required, {}, at_most(1000), echo)
            .value();
    auto client = RawClient::tls(server->port());

    client.send("GET /x HTTP/1.1\r\nHost: localhost\r\nA: " + std::string(20'000, 'a'));

    CHECK(client.response().starts_with("HTTP/1.1 413"));
    CHECK(client.closed());
}
