#include <catch2/catch.hpp>

#include "gateway/agreements/agreement.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/gateway/agreements/sample.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::agreements;
using base::Errc;

namespace {

struct Signed {
    std::string bytes = sample::document();
    std::vector<std::string> signatures{sample::signature_of("hospital-norte", bytes),
                                        sample::signature_of("hospital-sur", bytes)};
    std::vector<std::string> certificates{sample::certificate_of("hospital-norte"),
                                          sample::certificate_of("hospital-sur")};
    base::Instant now = support::kNow;

    [[nodiscard]] base::Result<Agreement> read() const
    {
        return read_agreement(bytes, signatures, certificates, support::anchors(), now);
    }
};

Errc code_of(const base::Result<Agreement>& result)
{
    REQUIRE_FALSE(result);
    CHECK_FALSE(result.error().where.empty());
    CHECK_FALSE(result.error().expected.es.empty());
    return result.error().code;
}

/// A token with other claims than sign_agreement would ever write.
std::string sign_claims(const std::string& claims,
                        const std::string& typ = std::string(kSignatureTyp))
{
    const auto& signing = support::dev_pki().institutions[0].signing;
    const auto key = support::key_of(signing);
    const auto certificate = support::certificate_of(signing);
    return *gateway::crypto::sign_jws(
        key, {key.algorithm(), typ, certificate.x5t(), certificate.x5t()}, claims);
}

}  // namespace

TEST_CASE("an agreement both parties signed is believed", "[agreements][signature]")
{
    const Signed convenio;

    const auto agreement = convenio.read();

    REQUIRE(agreement);
    CHECK(agreement->bytes == convenio.bytes);
    CHECK(agreement->signatures == convenio.signatures);
    CHECK(agreement->signer_certificates.size() == 2);
}

TEST_CASE("the order of the signatures is free", "[agreements][signature]")
{
    Signed convenio;
    std::swap(convenio.signatures[0], convenio.signatures[1]);
    std::swap(convenio.certificates[0], convenio.certificates[1]);

    CHECK(convenio.read());
}

TEST_CASE("one changed byte breaks the agreement wherever it stands", "[agreements][signature]")
{
    const Signed original;
    for (std::size_t at = 0; at < original.bytes.size(); ++at) {
        auto changed = original;
        changed.bytes[at] = static_cast<char>(changed.bytes[at] ^ 0x01);
        CAPTURE(at);
        CHECK_FALSE(changed.read());
    }
}

TEST_CASE("a document changed to another valid one is told as such", "[agreements][signature]")
{
    Signed convenio;
    convenio.bytes = sample::replaced(convenio.bytes, "\"TREAT\"", "\"BTG\"");

    CHECK(code_of(convenio.read()) == Errc::digest_mismatch);
}

TEST_CASE("every party must have signed", "[agreements][signature]")
{
    Signed missing;
    missing.signatures.pop_back();
    missing.certificates.pop_back();
    Signed twice;
    twice.signatures[1] = twice.signatures[0];
    twice.certificates[1] = twice.certificates[0];

    const auto result = missing.read();
    CHECK(code_of(result) == Errc::bad_signature);
    CHECK(result.error().where == "/parties/1");
    CHECK(code_of(twice.read()) == Errc::bad_signature);
}

TEST_CASE("a signature under another's certificate is refused", "[agreements][signature]")
{
    Signed convenio;
    std::swap(convenio.certificates[0], convenio.certificates[1]);

    CHECK_FALSE(convenio.read());
}

TEST_CASE("a signer who is no party is refused", "[agreements][signature]")
{
    Signed convenio;
    for (int i = 0; i < 2; ++i) {  // its party and its grant become another's
        convenio.bytes =
            sample::replaced(convenio.bytes, "institution:hospital-norte", "institution:otro");
    }
    const auto& signing = support::dev_pki().institutions[0].signing;

    const auto unsigned_yet = sign_agreement(convenio.bytes, support::key_of(signing),
                                             support::certificate_of(signing), support::kNow);
    REQUIRE_FALSE(unsigned_yet);
    CHECK(unsigned_yet.error().code == Errc::claim_mismatch);

    convenio.signatures[0] = sign_claims(
        std::string("{\"iss\":\"") + sample::kNorte + "\",\"iat\":1795219200,\"dig\":\"sha-256:" +
        base::to_base64url(base::view(base::sha256(convenio.bytes))) + "\"}");
    const auto result = convenio.read();
    CHECK(code_of(result) == Errc::claim_mismatch);
    CHECK(result.error().expected.en == "a party of the agreement");
}

TEST_CASE("a key that is not the certificate's signs nothing", "[agreements][signature]")
{
    const auto& institutions = support::dev_pki().institutions;

    const auto refused =
        sign_agreement(sample::document(), support::key_of(institutions[1].signing),
                       support::certificate_of(institutions[0].signing), support::kNow);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unusable_key);
}

TEST_CASE("a signature with other claims is refused", "[agreements][signature]")
{
    const std::string dig =
        "sha-256:" + base::to_base64url(base::view(base::sha256(sample::document())));
    const std::string norte = std::string("{\"iss\":\"") + sample::kNorte + "\"";
    const auto [claims, code] = GENERATE_COPY(table<std::string, Errc>({
        {norte + ",\"iat\":1795219200,\"dig\":\"sha-256:x\"}", Errc::digest_mismatch},
        {norte + ",\"iat\":1795219200}", Errc::digest_mismatch},
        {norte + ",\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
        {norte + ",\"iat\":\"ayer\",\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
        {norte + ",\"iat\":-1,\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
        {norte + ",\"iat\":99999999999999999999,\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
        {norte + ",\"iat\":1895219200,\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
        {norte + ",\"iat\":1695219200,\"dig\":\"" + dig + "\"}", Errc::untrusted_certificate},
        {std::string("{\"iss\":\"") + sample::kSur + "\",\"iat\":1795219200,\"dig\":\"" + dig +
             "\"}",
         Errc::claim_mismatch},
        {"{\"iat\":1795219200,\"dig\":\"" + dig + "\"}", Errc::claim_mismatch},
    }));
    CAPTURE(claims);
    Signed convenio;
    convenio.signatures[0] = sign_claims(claims);

    CHECK(code_of(convenio.read()) == code);
}

TEST_CASE("a token of another kind is no signature of an agreement", "[agreements][signature]")
{
    Signed convenio;
    convenio.signatures[0] = sign_claims("{}", "exchange-receipt+jws");

    CHECK(code_of(convenio.read()) == Errc::malformed_jws);
}

TEST_CASE("a signer from another authority is refused", "[agreements][signature]")
{
    const auto stranger =
        gateway::crypto::make_dev_pki({"urn:puente:gateway:otro",
                                       {"hospital-norte"},
                                       {support::kNow.microseconds - 86'400'000'000},
                                       {support::kNow.microseconds + 86'400'000'000}});
    REQUIRE(stranger);
    const auto& signing = stranger->institutions[0].signing;
    Signed convenio;
    convenio.signatures[0] = *sign_agreement(convenio.bytes, support::key_of(signing),
                                             support::certificate_of(signing), support::kNow);
    convenio.certificates[0] = signing.certificate;

    CHECK(code_of(convenio.read()) == Errc::untrusted_certificate);
}

TEST_CASE("an agreement outlives the certificate it was signed with", "[agreements][signature]")
{
    Signed convenio;
    convenio.now = {support::kNow.microseconds + std::int64_t{400} * 86'400'000'000};

    CHECK(convenio.read());
}
