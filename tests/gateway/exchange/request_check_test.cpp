#include "gateway/exchange/request_check.hpp"

#include <catch2/catch.hpp>

#include "gateway/crypto/dev_pki.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/support/pki.hpp"

namespace {

using namespace gateway;
using base::Errc;

constexpr std::int64_t kNow = 1'767'225'600;  // 2026-01-01

struct World {
    crypto::DevPki pki;
    std::vector<crypto::Certificate> certificates;
    crypto::PrivateKey key;

    static World make()
    {
        auto pki = crypto::make_dev_pki({.gateway = "urn:puente:gateway:demo",
                                         .institutions = {"clinica", "otra"},
                                         .from = base::from_seconds(kNow - 3600),
                                         .until = base::from_seconds(kNow + 86'400)});
        REQUIRE(pki);
        auto certificate = crypto::Certificate::from_pem(pki->institutions[0].signing.certificate);
        auto key = crypto::PrivateKey::from_pem(pki->institutions[0].signing.key);
        REQUIRE(certificate);
        REQUIRE(key);
        return {*std::move(pki), {*certificate}, *std::move(key)};
    }
};

const World& world()
{
    static const World made = World::make();
    return made;
}

exchange::Intake intake()
{
    exchange::Intake made;
    made.sender = crypto::institution_urn("clinica");
    made.media_type = "application/fhir+json";
    made.bytes = R"({"resourceType":"Bundle","type":"collection"})";
    made.digest = base::sha256(made.bytes);
    made.received = base::from_seconds(kNow);
    return made;
}

evidence::RequestClaims claims()
{
    const auto given = intake();
    evidence::RequestClaims made;
    made.iss = given.sender;
    made.aud = {"urn:puente:gateway:demo", crypto::institution_urn("otra")};
    made.jti = "019b7600-0000-7000-8000-000000000001";
    made.iat = kNow - 1;
    made.exp = kNow + 299;
    made.htm = "POST";
    made.htu = "https://localhost:8443/exchanges";
    made.env = "test";
    made.agr = {"convenio", "1", evidence::digest_claim("convenio")};
    made.pou = "TREAT";
    made.basis = "LB64-V";
    made.cty = given.media_type;
    made.len = given.bytes.size();
    made.dig = evidence::digest_claim(given.digest);
    return made;
}

std::string sign(const evidence::RequestClaims& made, const crypto::PrivateKey& key,
                 std::string_view typ = evidence::kRequestTyp)
{
    const auto x5t = world().certificates.front().x5t();
    const auto token = crypto::sign_jws(
        key, {.algorithm = key.algorithm(), .typ = std::string(typ), .kid = "k", .x5t_s256 = x5t},
        made.to_json());
    REQUIRE(token);
    return *token;
}

crypto::Trust trust(std::shared_ptr<const crypto::RevocationLists> lists = nullptr)
{
    const auto anchors = crypto::TrustAnchors::from_pem(world().pki.root.certificate).value();
    return {anchors, anchors, std::move(lists)};
}

base::Result<evidence::RequestClaims> check(const std::string& token, const exchange::Intake& given,
                                            const crypto::Trust& believed = trust())
{
    const exchange::RequestContext context{.gateway = "urn:puente:gateway:demo",
                                           .env = "test",
                                           .method = "POST",
                                           .path = "/exchanges",
                                           .trust = believed};
    return exchange::check_request(token, world().certificates, context, given);
}

}  // namespace

TEST_CASE("a request that says what was really sent is believed", "[request]")
{
    const auto read = check(sign(claims(), world().key), intake());
    REQUIRE(read);
    CHECK(read->jti == claims().jti);
    CHECK(read->pou == "TREAT");
}

TEST_CASE("each claim that does not fit what was received refuses the request and is named",
          "[request]")
{
    using Change = void (*)(evidence::RequestClaims&);
    const auto [what, change] = GENERATE(table<std::string, Change>({
        {"request.jws iss", [](auto& c) { c.iss = crypto::institution_urn("otra"); }},
        {"request.jws aud", [](auto& c) { c.aud = {"urn:puente:gateway:other"}; }},
        {"request.jws htm", [](auto& c) { c.htm = "PUT"; }},
        {"request.jws htu", [](auto& c) { c.htu = "https://localhost:8443/hl7v2"; }},
        {"request.jws htu", [](auto& c) { c.htu = "http://localhost:8443/exchanges"; }},
        {"request.jws env", [](auto& c) { c.env = "production"; }},
        {"request.jws cty", [](auto& c) { c.cty = "text/plain"; }},
        {"request.jws len", [](auto& c) { c.len += 1; }},
        {"request.jws dig", [](auto& c) { c.dig = evidence::digest_claim("other bytes"); }},
        {"request.jws exp", [](auto& c) { c.exp = c.iat + 301; }},
        {"request.jws exp", [](auto& c) { c.exp = c.iat; }},
        {"request.jws exp", [](auto& c) { c.iat -= 1000; c.exp = c.iat + 300; }},
        {"request.jws iat", [](auto& c) { c.iat += 3600; c.exp += 3600; }},
    }));
    CAPTURE(what);
    auto changed = claims();
    change(changed);

    const auto read = check(sign(changed, world().key), intake());

    REQUIRE_FALSE(read);
    CHECK(read.error().where == what);
}

TEST_CASE("a request signed with another key, of another type or for other bytes is refused",
          "[request]")
{
    const auto stranger = crypto::PrivateKey::from_pem(world().pki.institutions[1].signing.key);
    REQUIRE(stranger);
    const auto forged = check(sign(claims(), *stranger), intake());
    REQUIRE_FALSE(forged);
    CHECK(forged.error().code == Errc::bad_signature);

    const auto swapped = check(sign(claims(), world().key, "exchange-receipt+jws"), intake());
    REQUIRE_FALSE(swapped);
    CHECK(swapped.error().code == Errc::malformed_jws);

    auto other = intake();
    other.bytes += " ";
    other.digest = base::sha256(other.bytes);
    CHECK_FALSE(check(sign(claims(), world().key), other));
}

TEST_CASE("Content-Digest must be there and be that of the bytes", "[request]")
{
    const auto digest = base::sha256("abc");
    CHECK(exchange::check_content_digest(exchange::content_digest(digest), digest));
    CHECK(exchange::check_content_digest("sha-512=:AAAA:, " + exchange::content_digest(digest),
                                         digest));
    CHECK_FALSE(exchange::check_content_digest("", digest));
    CHECK_FALSE(exchange::check_content_digest("sha-256=:AAAA:", digest));
    CHECK_FALSE(
        exchange::check_content_digest(exchange::content_digest(base::sha256("abd")), digest));
}

TEST_CASE("a signer whose certificate ended or was revoked is refused, its claims unread",
          "[request]")
{
    const auto& root = world().pki.root;
    const crypto::Authority authority(crypto::Certificate::from_pem(root.certificate).value(),
                                      crypto::PrivateKey::from_pem(root.key).value(), root.key);
    const auto list =
        support::make_crl(authority, {world().certificates.front()}, base::from_seconds(kNow - 60),
                          base::from_seconds(kNow + 60));
    const auto token = sign(claims(), world().key);

    const auto revoked = check(token, intake(),
                               trust(std::make_shared<const crypto::RevocationLists>(
                                   crypto::RevocationLists::read({list}, 0).value())));
    auto later = intake();
    later.received = base::from_seconds(kNow + 2 * 86'400);
    const auto ended = check(token, later);

    REQUIRE_FALSE(revoked);
    CHECK(revoked.error().code == Errc::untrusted_certificate);
    CHECK(revoked.error().where == "certificate.serialNumber");
    REQUIRE_FALSE(ended);
    CHECK(ended.error().where == "certificate.notAfter");
}
