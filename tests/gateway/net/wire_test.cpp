#include "gateway/net/wire.hpp"

#include <catch2/catch.hpp>

#include "gateway/net/problem.hpp"

using gateway::net::append_head;
using gateway::net::Envelope;
using gateway::net::new_trace_id;
using gateway::net::problem;
using gateway::net::Response;
using gateway::net::trace_id_of;

TEST_CASE("the head of an answer carries its trace, date and length", "[wire]")
{
    Response response;
    response.status = 201;
    response.body = "abc";
    response.headers = {{"location", "/exchanges/1"}, {"Content-Length", "77"}, {"Date", "no"}};
    std::string out;

    REQUIRE(append_head(out, response, {"0123", false, true}));

    CHECK(out.starts_with("HTTP/1.1 201 Created\r\nlocation: /exchanges/1\r\ndate: "));
    CHECK(
        out.ends_with(" GMT\r\ntrace-id: 0123\r\ncontent-length: 3\r\nconnection: close\r\n\r\n"));
    CHECK(out.find("77") == std::string::npos);
}

TEST_CASE("a header of a handler cannot break out of its line", "[wire]")
{
    const auto [name, value] = GENERATE(table<std::string, std::string>({{"a", "b\r\nc: d"},
                                                                         {"a", "b\n"},
                                                                         {"a\r\nb", "c"},
                                                                         {"a:b", "c"},
                                                                         {"a b", "c"},
                                                                         {"", "c"}}));
    Response response;
    response.headers = {{name, value}};
    std::string out;

    CHECK_FALSE(append_head(out, response, {}));
    CHECK(out.empty());
}

TEST_CASE("a trace id is fresh, or the caller's when it is well formed", "[wire]")
{
    CHECK(new_trace_id().size() == 32);
    CHECK(new_trace_id() != new_trace_id());
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    CHECK(trace_id_of("00-" + trace + "-00f067aa0ba902b7-01") == trace);

    const auto bad = GENERATE(as<std::string>{}, "", "00",
                              "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                              "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                              "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                              "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                              "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x");
    CHECK_FALSE(trace_id_of(bad));
}

TEST_CASE("a refusal is told in two languages with code, place and trace", "[problem]")
{
    const base::Error error{base::Errc::body_too_large,
                            "body",
                            {"a lo más \"4\" bytes", "at most \"4\" bytes"},
                            {"texto", "text"}};

    const auto response = problem(error, "0123");

    CHECK(response.status == 413);
    CHECK(response.headers[0].second == "application/problem+json");
    CHECK(
        response.body ==
        R"({"type":"urn:puente:problem:PU-4012","title":"Cuerpo demasiado grande / Body too large",)"
        R"("status":413,"detail":"body: se esperaba a lo más \"4\" bytes / expected at most \"4\" bytes",)"
        R"("code":"PU-4012","where":"body","expected":{"es":"a lo más \"4\" bytes","en":"at most \"4\" bytes"},)"
        R"("found":{"es":"texto","en":"text"},"trace":"0123"})");
}

TEST_CASE("what may succeed later says when to come again", "[problem]")
{
    const auto busy = problem({base::Errc::overloaded, "", {}, {}}, "0");
    const auto wrong = problem({base::Errc::malformed_request, "", {}, {}}, "0");

    const std::pair<std::string, std::string> again{"retry-after", "1"};
    CHECK(std::ranges::find(busy.headers, again) != busy.headers.end());
    CHECK(std::ranges::find(wrong.headers, again) == wrong.headers.end());
}
