#include "gateway/net/head.hpp"

#include <catch2/catch.hpp>

using gateway::net::find_head_end;
using gateway::net::HeadEnd;
using gateway::net::Headers;
using gateway::net::judge;
using gateway::net::RawHead;

namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

RawHead get(std::string_view target, Fields more = {})
{
    RawHead raw{"GET", target, 11, {{"Host", "localhost"}}};
    raw.fields.insert(raw.fields.end(), more.begin(), more.end());
    return raw;
}

}  // namespace

TEST_CASE("a head ends at its first empty line", "[head]")
{
    const std::string_view bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest\n";

    for (std::size_t known = 0; known < bytes.find("rest"); ++known) {
        CAPTURE(known);
        CHECK(find_head_end(bytes.substr(0, known), 0).state == HeadEnd::State::incomplete);
        const auto end = find_head_end(bytes, known);
        CHECK(end.state == HeadEnd::State::complete);
        CHECK(end.at == bytes.find("rest"));
    }
}

TEST_CASE("a head with a byte that readers take differently is refused at that byte", "[head]")
{
    const auto [bytes, at, why] = GENERATE(table<std::string, std::size_t, std::string>({
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", 14, "LF without CR"},
        {"GET / HTTP/1.1\rHost: a\r\n\r\n", 15, "CR without LF"},
        {"GET / HTTP/1.1\r\r\n", 15, "two CR"},
        {"\r\nGET / HTTP/1.1\r\n\r\n", 1, "an empty first line"},
        {"\nGET / HTTP/1.1\r\n\r\n", 0, "LF first"},
        {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 22, "a folded line"},
        {"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", 22, "a line folded by a tab"},
        {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 16, "a blank before the first field"},
        {std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26), 20, "NUL"},
        {"GET / HTTP/1.1\r\nA: b\x0b\r\n\r\n", 20, "VT"},
        {"GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n", 20, "DEL"},
    }));
    CAPTURE(why);

    const auto end = find_head_end(bytes, 0);

    CHECK(end.state == HeadEnd::State::refused);
    CHECK(end.at == at);
}

TEST_CASE("an ordinary head is taken with its path decoded once", "[head]")
{
    RawHead raw{"POST", "/fhir/Patient/%24match?identifier=urn:x|A%20B&_count=2", 11, {}};
    raw.fields = {{"Host", "gateway.example:8443"},
                  {"Content-Length", "12"},
                  {"Exchange-Justification", " atención médica "},
                  {"Accept", "a"},
                  {"accept", "b"}};

    const auto head = judge(raw);

    REQUIRE(head);
    CHECK(head->method == "POST");
    CHECK(head->path == "/fhir/Patient/$match");
    CHECK(head->query == "identifier=urn:x|A%20B&_count=2");
    CHECK(head->length == 12U);
    CHECK_FALSE(head->chunked);
    CHECK(head->keep_alive);
    CHECK(head->headers[2] == Headers::value_type{"exchange-justification", "atención médica"});
}

TEST_CASE("a target that is no plain path is refused", "[head]")
{
    const auto target = GENERATE(as<std::string>{}, "", "*", "a", "https://localhost/a", "//a",
                                 "/a//b", "/.", "/..", "/a/../b", "/a/./b", "/%2e%2e/b", "/a/%2E/b",
                                 "/a%", "/a%2", "/a%zz", "/a%2fb", "/a%5cb", "/a\\b", "/a%00",
                                 "/a%0a", "/a%ff", "/a\xc3\xa9", "/a b", "/a#b", "/a?b#c", "/a?b%",
                                 "/a?b%g1", "/a?\xc3\xa9", "/a?b c", "/<a>", "/{a}", "/a|b");
    CAPTURE(target);

    const auto head = judge(get(target));

    REQUIRE_FALSE(head);
    CHECK(head.error().code == base::Errc::malformed_request);
    CHECK(head.error().where == "target");
}

TEST_CASE("a path may end in '/' and hold dots, tildes and escaped letters", "[head]")
{
    CHECK(judge(get("/")).value().path == "/");
    CHECK(judge(get("/fhir/")).value().path == "/fhir/");
    CHECK(judge(get("/a/..b/c..")).value().path == "/a/..b/c..");
    CHECK(judge(get("/tile/0/x001/067.p/12")).value().path == "/tile/0/x001/067.p/12");
    CHECK(judge(get("/%C3%B1")).value().path == "/ñ");
    CHECK(judge(get("/a%2525")).value().path == "/a%25");
}

TEST_CASE("a method is one of the known ones in upper case", "[head]")
{
    const auto method =
        GENERATE(as<std::string>{}, "get", "Get", "TRACE", "CONNECT", "PURGE", "", "GET ");
    auto raw = get("/");
    raw.method = method;

    const auto head = judge(raw);

    REQUIRE_FALSE(head);
    CHECK(head.error().where == "method");
}

TEST_CASE("a head of two meanings is refused at the header at fault", "[head]")
{
    const auto [fields, where] = GENERATE(table<Fields, std::string>({
        {{{"Transfer-Encoding", "xchunked"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "gzip"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "identity"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "chunked, gzip"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "gzip, chunked"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "chunked, chunked"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "chunked;a=b"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "\"chunked\""}}, "transfer-encoding"},
        {{{"Transfer-Encoding", ""}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}, "transfer-encoding"},
        {{{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}}, "transfer-encoding"},
        {{{"Content-Length", "5, 5"}}, "content-length"},
        {{{"Content-Length", "+5"}}, "content-length"},
        {{{"Content-Length", "-5"}}, "content-length"},
        {{{"Content-Length", "0x5"}}, "content-length"},
        {{{"Content-Length", "5 5"}}, "content-length"},
        {{{"Content-Length", ""}}, "content-length"},
        {{{"Content-Length", "99999999999999999999999"}}, "content-length"},
        {{{"Content-Length", "5"}, {"Content-Length", "5"}}, "content-length"},
        {{{"Host", "localhost"}}, "host"},
        {{{"Trailer", "Exchange-Agreement"}}, "trailer"},
        {{{"Expect", "200-ok"}}, "expect"},
        {{{"Content-Type", "a/b"}, {"content-type", "a/b"}}, "content-type"},
        {{{"Content-Digest", "a"}, {"Content-Digest", "a"}}, "content-digest"},
        {{{"Exchange-Request", "a"}, {"Exchange-request", "b"}}, "exchange-request"},
        {{{"Idempotency-Key", "a"}, {"Idempotency-Key", "a"}}, "idempotency-key"},
        {{{"Authorization", "a"}, {"Authorization", "b"}}, "authorization"},
        {{{"X-Own", "a"}, {"X-Own", "b"}}, "x-own"},
        {{{"Connection", "a"}, {"Connection", "close"}}, "connection"},
        {{{"A b", "c"}}, "header"},
        {{{"", "c"}}, "header"},
        {{{"A", "b\r\nc"}}, "a"},
        {{{"A", "b\xff"}}, "a"},
    }));
    CAPTURE(where);

    const auto head = judge(get("/", fields));

    REQUIRE_FALSE(head);
    CHECK(head.error().code == base::Errc::malformed_request);
    CHECK(head.error().where == where);
}

TEST_CASE("a request names one host", "[head]")
{
    const auto good = GENERATE(as<std::string>{}, "localhost", "a.example:8443", "127.0.0.1:1",
                               "[::1]", "[::1]:8443", "fhir_server:80");
    const auto bad = GENERATE(as<std::string>{}, "", "a b", "a:b", "a:0", "a:65536", "a:", "[::1",
                              "[a]", "a,b", "a@b", "http://a", "a/b", ":80", "[::1]8443");
    RawHead raw{"GET", "/", 11, {}};
    CAPTURE(good, bad);

    CHECK_FALSE(judge(raw));
    raw.fields = {{"Host", good}};
    CHECK(judge(raw));
    raw.fields = {{"Host", bad}};
    CHECK_FALSE(judge(raw));
}

TEST_CASE("HTTP/1.0 has neither chunks nor kept connections", "[head]")
{
    auto raw = get("/");
    raw.version = 10;

    CHECK_FALSE(judge(raw).value().keep_alive);
    raw.fields.emplace_back("Connection", "keep-alive");
    CHECK_FALSE(judge(raw).value().keep_alive);
    raw.fields.emplace_back("Transfer-Encoding", "chunked");
    CHECK_FALSE(judge(raw));
    raw.version = 20;
    raw.fields.pop_back();
    CHECK_FALSE(judge(raw));
}

TEST_CASE("Connection: close is found among other options", "[head]")
{
    CHECK_FALSE(judge(get("/", {{"Connection", "TE, Close"}})).value().keep_alive);
    CHECK(judge(get("/", {{"Connection", "closed"}})).value().keep_alive);
}

TEST_CASE("a hundred fields are enough", "[head]")
{
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i) {
        names.push_back("x-" + std::to_string(i));
    }
    Fields fields;
    for (const auto& name : names) {
        fields.emplace_back(name, "1");
    }

    CHECK_FALSE(judge(get("/", fields)));
    fields.pop_back();
    CHECK(judge(get("/", fields)));
}

TEST_CASE("a refusal names a place and never the value", "[head]")
{
    const auto head = judge(get("/", {{"Content-Length", "HEGG560427MVZRRL04"}}));

    REQUIRE_FALSE(head);
    CHECK(base::to_line(head.error()).find("HEGG") == std::string::npos);
    CHECK(head.error().found.en == "text, length 18");
}
