#include "gateway/crypto/jws.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/bytes.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

constexpr std::string_view kTyp = "exchange-receipt+jws";
constexpr std::string_view kClaims = R"({"iss":"urn:puente:gateway:prueba","amount":1.00})";

struct Signer {
    PrivateKey key;
    Certificate certificate;
};

Signer signer_of(const Credential& credential)
{
    return {support::key_of(credential), support::certificate_of(credential)};
}

Signer gateway_signer()
{
    return signer_of(support::dev_pki().gateway_signing);
}

JwsHeader header_of(const Signer& signer, Algorithm algorithm)
{
    return {algorithm, std::string(kTyp), "k1", signer.certificate.x5t()};
}

std::string good_token()
{
    const auto signer = gateway_signer();
    return sign_jws(signer.key, header_of(signer, Algorithm::es256), kClaims).value();
}

/// A token over any header text, rightly signed: what an attacker with a key of his own can make.
std::string token_with_header(const std::string& header, std::string_view claims = kClaims)
{
    const auto signer = gateway_signer();
    const auto part = base::to_base64url(header) + "." + base::to_base64url(claims);
    return part + "." + base::to_base64url(signer.key.sign(part).value());
}

std::string header_text(const std::string& extra)
{
    return R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":"k1","x5t#S256":")" +
           gateway_signer().certificate.x5t() + "\"" + extra + "}";
}

}  // namespace

TEST_CASE("a signed token gives back its claims, byte for byte", "[crypto]")
{
    const auto [credential, algorithm] = GENERATE(table<const Credential*, Algorithm>({
        {&support::dev_pki().gateway_signing, Algorithm::es256},
        {&support::dev_pki().institutions[0].signing, Algorithm::rs256},
        {&support::dev_pki().institutions[0].signing, Algorithm::ps256},
    }));
    const auto signer = signer_of(*credential);
    const auto token = sign_jws(signer.key, header_of(signer, algorithm), kClaims).value();

    const auto read = read_jws(token, kTyp).value();
    const auto claims = verify_jws(read, signer.certificate).value();

    CHECK(read.claims == kClaims);
    CHECK(read.header.kid == "k1");
    CHECK(read.header.algorithm == algorithm);
    CHECK(claims.root().find("amount")->text == "1.00");
}

TEST_CASE("a header with anything but its four members is refused", "[crypto]")
{
    const auto [extra, where] = GENERATE(table<std::string, std::string>({
        {R"(,"b64":false)", "jws.header.b64"},
        {R"(,"b64":true)", "jws.header.b64"},
        {R"(,"jku":"https://evil.example/keys")", "jws.header.jku"},
        {R"(,"x5u":"https://evil.example/cert")", "jws.header.x5u"},
        {R"(,"jwk":{"kty":"EC"})", "jws.header.jwk"},
        {R"(,"crit":["exp"])", "jws.header.crit"},
        {R"(,"crit":[])", "jws.header.crit"},
        {R"(,"x5c":["AAAA"])", "jws.header.x5c"},
        {R"(,"zip":"DEF")", "jws.header.zip"},
        {R"(,"something":1)", "jws.header"},
        {R"(,"alg":"ES256")", "jws.header"},
        {R"(,"kid":"k2")", "jws.header"},
        {R"(,"\u006bid":"k2")", "jws.header"},
    }));
    CAPTURE(extra);

    const auto read = read_jws(token_with_header(header_text(extra)), kTyp);

    REQUIRE_FALSE(read);
    CHECK(read.error().code == base::Errc::malformed_jws);
    CHECK(read.error().where == where);
}

TEST_CASE("each of the four members must be there and be what it is", "[crypto]")
{
    const auto x5t = gateway_signer().certificate.x5t();
    const auto rest = R"(,"kid":"k1","x5t#S256":")" + x5t + "\"}";
    const auto [header, where] = GENERATE_COPY(table<std::string, std::string>({
        {R"({"typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":"none","typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":"","typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":"HS256","typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":"es256","typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":["ES256"],"typ":"exchange-receipt+jws")" + rest, "jws.header.alg"},
        {R"({"alg":"ES256")" + rest, "jws.header.typ"},
        {R"({"alg":"ES256","typ":"JWT")" + rest, "jws.header.typ"},
        {R"({"alg":"ES256","typ":"exchange-request+jws")" + rest, "jws.header.typ"},
        {R"({"alg":"ES256","typ":"EXCHANGE-RECEIPT+JWS")" + rest, "jws.header.typ"},
        {R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":7,"x5t#S256":")" + x5t + "\"}",
         "jws.header.kid"},
        {R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":"","x5t#S256":")" + x5t + "\"}",
         "jws.header.kid"},
        {R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":"k1"})", "jws.header.x5t#S256"},
        {R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":"k1","x5t#S256":"AAAA"})",
         "jws.header.x5t#S256"},
        {R"({"alg":"ES256","typ":"exchange-receipt+jws","kid":"k1","x5t#S256":")" +
             std::string(43, '*') + "\"}",
         "jws.header.x5t#S256"},
        {"[]", "jws.header"},
        {"not json", "jws.header"},
        {"{\"a\":" + std::string(2000, '[') + std::string(2000, ']') + "}", "jws.header"},
    }));
    CAPTURE(header);

    const auto read = read_jws(token_with_header(header), kTyp);

    REQUIRE_FALSE(read);
    CHECK(read.error().code == base::Errc::malformed_jws);
    CHECK(read.error().where == where);
}

TEST_CASE("a token that is not three parts of base64url is refused", "[crypto]")
{
    const auto good = good_token();
    const auto first = good.find('.');
    const auto second = good.rfind('.');
    const auto [token, where] = GENERATE_COPY(table<std::string, std::string>({
        {"", "jws"},
        {"a.b", "jws"},
        {"..", "jws.header"},
        {good + ".", "jws"},
        {good + ".AAAA", "jws"},
        {good + "=", "jws.signature"},
        {good + "\n", "jws.signature"},
        {good.substr(0, second + 1), "jws.signature"},
        {good.substr(0, first) + "." + good.substr(second), "jws.claims"},
        {" " + good, "jws.header"},
        {good.substr(0, first) + "+" + good.substr(first), "jws.header"},
        {good.substr(0, first + 1) + std::string(2'000'000, 'A') + good.substr(second), "jws"},
    }));

    const auto read = read_jws(token, kTyp);

    REQUIRE_FALSE(read);
    CHECK(read.error().code == base::Errc::malformed_jws);
    CHECK(read.error().where == where);
}

TEST_CASE("one changed character anywhere in a token is found", "[crypto]")
{
    const auto good = good_token();
    const auto certificate = gateway_signer().certificate;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char other : {'A', 'Q', '_', '.'}) {
            auto changed = good;
            if (changed[i] == other) {
                continue;
            }
            changed[i] = other;
            CAPTURE(i, other);

            const auto read = read_jws(changed, kTyp);

            REQUIRE_FALSE((read && verify_jws(*read, certificate)));
        }
    }
}

TEST_CASE("a signature counts for the certificate it names only", "[crypto]")
{
    const auto token = read_jws(good_token(), kTyp).value();
    const auto norte = signer_of(support::dev_pki().institutions[0].signing);
    const auto sur = signer_of(support::dev_pki().institutions[1].signing);

    const auto other = verify_jws(token, norte.certificate);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == base::Errc::claim_mismatch);
    CHECK(other.error().where == "jws.header.x5t#S256");

    // Signed by one institution in the name of another.
    const auto forged = sign_jws(norte.key, header_of(sur, Algorithm::rs256), kClaims).value();
    const auto checked = verify_jws(read_jws(forged, kTyp).value(), sur.certificate);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == base::Errc::bad_signature);
}

TEST_CASE("an algorithm is not swapped for one of another key", "[crypto]")
{
    const auto signer = gateway_signer();
    const auto norte = signer_of(support::dev_pki().institutions[0].signing);
    CHECK(sign_jws(signer.key, header_of(signer, Algorithm::rs256), kClaims).error().code ==
          base::Errc::unusable_key);

    // RS256 read as PS256 and the other way round; the public key as a secret has no algorithm.
    for (const auto& [signed_as, read_as] :
         {std::pair{Algorithm::rs256, Algorithm::ps256}, {Algorithm::ps256, Algorithm::rs256}}) {
        const auto token = sign_jws(norte.key, header_of(norte, signed_as), kClaims).value();
        auto read = read_jws(token, kTyp).value();
        read.header.algorithm = read_as;
        CHECK(verify_jws(read, norte.certificate).error().code == base::Errc::bad_signature);
    }
}

TEST_CASE("claims that are no plain JSON object are refused even when signed", "[crypto]")
{
    const auto* const claims =
        GENERATE("[]", "7", "{", R"({"iss":"a","iss":"b"})", "{}x", "\xff", "");
    CAPTURE(claims);
    const auto read = read_jws(token_with_header(header_text(""), claims), kTyp);

    const auto where =
        read ? verify_jws(*read, gateway_signer().certificate).error().where : read.error().where;

    CHECK(where == "jws.claims");
}

TEST_CASE("a token is not signed without its type, key id and certificate", "[crypto]")
{
    const auto signer = gateway_signer();
    for (const auto member : {&JwsHeader::typ, &JwsHeader::kid, &JwsHeader::x5t_s256}) {
        auto header = header_of(signer, Algorithm::es256);
        (header.*member).clear();
        CHECK(sign_jws(signer.key, header, kClaims).error().where == "jws.header");
    }
}

TEST_CASE("a key id with quotes and accents stays one string", "[crypto]")
{
    const auto signer = gateway_signer();
    auto header = header_of(signer, Algorithm::es256);
    header.kid = "a\",\"alg\":\"none\\ñ";

    const auto token = sign_jws(signer.key, header, kClaims).value();

    CHECK(read_jws(token, kTyp).value().header.kid == header.kid);
}
