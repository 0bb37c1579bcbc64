#include "gateway/net/url.hpp"

#include <catch2/catch.hpp>

using gateway::net::parse_url;

TEST_CASE("an address of the web is taken apart", "[url]")
{
    const auto [text, host, port, authority, target] =
        GENERATE(table<std::string, std::string, int, std::string, std::string>({
            {"https://a.example", "a.example", 443, "a.example", "/"},
            {"https://a.example:8443/x/y?z=1", "a.example", 8443, "a.example:8443", "/x/y?z=1"},
            {"https://127.0.0.1:1/", "127.0.0.1", 1, "127.0.0.1:1", "/"},
            {"https://[::1]:8443/x", "::1", 8443, "[::1]:8443", "/x"},
            {"https://[::1]", "::1", 443, "[::1]", "/"},
            {"https://a?b=c:d", "a", 443, "a", "/?b=c:d"},
        }));
    CAPTURE(text);

    const auto url = parse_url(text);

    REQUIRE(url);
    CHECK(url->host == host);
    CHECK(url->port == port);
    CHECK(url->authority == authority);
    CHECK(url->target == target);
}

TEST_CASE("http is taken only by who asks for it", "[url]")
{
    using gateway::net::PlainHttp;
    CHECK_FALSE(parse_url("http://tsa.example/tsr"));
    const auto url = parse_url("http://tsa.example/tsr", PlainHttp::taken);
    REQUIRE(url);
    CHECK_FALSE(url->secure);
    CHECK(url->host == "tsa.example");
    CHECK(url->port == 80);
    CHECK(parse_url("https://tsa.example/", PlainHttp::taken).value().secure);
    CHECK_FALSE(parse_url("ftp://tsa.example/", PlainHttp::taken));
}

TEST_CASE("what is no plain https address is refused", "[url]")
{
    const auto text =
        GENERATE(as<std::string>{}, "", "a", "http://a", "https://", "https:///x",
                 "https://a:", "https://a:0", "https://a:65536", "https://a:b", "https://u@a",
                 "https://a b", "https://a/x y", "https://a\r\nb", "https://a/#x", "https://[::1",
                 "https://[::1]x", "https://:443", "https://a:1:2", "https://a\\b", "https://[]");
    CAPTURE(text);

    const auto url = parse_url(text);

    REQUIRE_FALSE(url);
    CHECK(url.error().where == "url");
}

TEST_CASE("MLLP goes under TLS, and plain to this machine alone", "[url]")
{
    using gateway::net::parse_mllp_url;
    const auto far = parse_mllp_url("mllps://his.example:2575");
    REQUIRE(far);
    CHECK(far->secure);
    CHECK(far->host == "his.example");
    CHECK(far->port == 2575);
    for (const auto* text :
         {"mllp://127.0.0.1:2575", "mllp://localhost:2575", "mllp://[::1]:2575"}) {
        CHECK_FALSE(parse_mllp_url(text).value().secure);
    }
    for (const auto* text : {"mllp://his.example:2575", "mllp://10.0.0.7:2575",
                             "mllps://his.example", "mllps://his.example:2575/x",
                             "https://his.example:2575", "mllps://", "", "mllpx://a:1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_mllp_url(text));
    }
}
