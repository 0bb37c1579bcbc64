#include "gateway/crypto/timestamp.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"
#include "tests/support/tsa.hpp"

using namespace gateway::crypto;

namespace {

constexpr std::string_view kNote = "puente.example/ledger-1\n300\nroot\n";

struct Fixture {
    support::TempDir folder;
    support::Tsa tsa{folder.path() / "tsa"};
    TrustAnchors anchors = TrustAnchors::from_pem(tsa.root_pem()).value();
};

Fixture& fixture()
{
    static Fixture made;
    return made;
}

std::string flip(std::string bytes, std::size_t place)
{
    bytes[place] = static_cast<char>(bytes[place] ^ 4);
    return bytes;
}

}  // namespace

TEST_CASE("a token tells when its bytes existed, and of no others", "[timestamp]")
{
    const auto& [folder, tsa, anchors] = fixture();
    const auto request = timestamp_request(kNote, GENERATE("", "1.2.3.4.5")).value();
    const auto stamp = read_timestamp_reply(tsa.answer(request), request, anchors);

    REQUIRE(stamp);
    const auto when = check_timestamp(stamp->token, kNote, anchors);
    REQUIRE(when);
    CHECK(when->microseconds == stamp->when.microseconds);
    CHECK(std::abs(base::to_seconds(*when) - std::time(nullptr)) < 60);
    CHECK_FALSE(check_timestamp(stamp->token, std::string(kNote) + "\n", anchors));
    CHECK_FALSE(check_timestamp(stamp->token, kNote, support::anchors()));
    CHECK_FALSE(check_timestamp(stamp->token + "x", kNote, anchors));
    CHECK_FALSE(check_timestamp({}, kNote, anchors));
}

TEST_CASE("no answer counts but the one to this question", "[timestamp]")
{
    const auto& [folder, tsa, anchors] = fixture();
    const auto request = timestamp_request(kNote, "").value();
    const auto again = timestamp_request(kNote, "").value();
    const auto other = timestamp_request("other", "").value();
    const auto under = timestamp_request(kNote, "1.2.3.4.5").value();
    const auto answer = tsa.answer(request);

    CHECK(read_timestamp_reply(answer, request, anchors));
    CHECK_FALSE(read_timestamp_reply(answer, again, anchors));  // its nonce is another
    CHECK_FALSE(read_timestamp_reply(answer, other, anchors));
    CHECK_FALSE(read_timestamp_reply(answer, under, anchors));
    CHECK_FALSE(read_timestamp_reply(answer, request, support::anchors()));
    CHECK_FALSE(read_timestamp_reply(answer + "x", request, anchors));
    CHECK_FALSE(read_timestamp_reply("<html>", request, anchors));

    const auto unknown = timestamp_request(kNote, "1.2.3.9").value();
    const auto refused = read_timestamp_reply(tsa.answer(unknown), unknown, anchors);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == base::Errc::bad_signature);
    CHECK(refused.error().where == "timestamp");
    CHECK_FALSE(timestamp_request(kNote, "no OID"));
}

TEST_CASE("a token says when only by bytes that its authority signed", "[timestamp]")
{
    const auto& [folder, tsa, anchors] = fixture();
    const auto request = timestamp_request(kNote, "").value();
    const auto stamp = read_timestamp_reply(tsa.answer(request), request, anchors).value();
    const auto token = stamp.token;
    std::size_t survived = 0;
    for (std::size_t place = 0; place < token.size(); ++place) {
        const auto when = check_timestamp(flip(token, place), kNote, anchors);
        // What is outside the signature (a version, a NULL of the algorithms) cannot move the time.
        CHECK((!when || when->microseconds == stamp.when.microseconds));
        survived += when ? 1 : 0;
    }
    CAPTURE(token.size(), survived);
    CHECK(survived < token.size() / 20);
}
