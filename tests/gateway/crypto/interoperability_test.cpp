#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

constexpr std::string_view kTyp = "exchange-request+jws";
constexpr std::string_view kClaims = R"({"iss":"urn:puente:institution:hospital-norte","len":7})";

bool runs(const std::string& command)
{
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// False, with one clear line, where the tool is not installed.
bool has_jose()
{
    const bool found = runs("jose alg");
    if (!found) {
        std::cout << "skipped: the jose command line is not installed\n";
    }
    return found;
}

void write(const std::filesystem::path& path, std::string_view bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

/// JWK of a P-256 or RSA-2048 SubjectPublicKeyInfo: in both, the numbers stand at fixed places.
std::string jwk_of(const std::string& spki, Algorithm algorithm)
{
    const auto part = [&spki](std::size_t at, std::size_t size) {
        return base::to_base64url(spki.substr(at, size));
    };
    if (algorithm == Algorithm::es256) {
        return R"({"kty":"EC","crv":"P-256","x":")" + part(27, 32) + R"(","y":")" + part(59, 32) +
               "\"}";
    }
    return R"({"kty":"RSA","n":")" + part(33, 256) + R"(","e":"AQAB","alg":")" +
           std::string(to_text(algorithm)) + "\"}";
}

std::string spki_of(const fhir::r4::Node& jwk)
{
    const auto part = [&jwk](std::string_view name) {
        return base::from_base64url(jwk.text_of(name)).value();
    };
    return jwk.text_of("kty") == "EC"
               ? *base::from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") +
                     part("x") + part("y")
               : *base::from_hex(
                     "30820122300d06092a864886f70d01010105000382010f003082010a0282010100") +
                     part("n") + *base::from_hex("0203010001");
}

std::string public_pem(const std::string& spki)
{
    return "-----BEGIN PUBLIC KEY-----\n" + base::to_base64(spki) + "\n-----END PUBLIC KEY-----\n";
}

/// DER of r||s, written without the code under test.
std::string der_of(const std::string& raw)
{
    const auto integer = [](std::string number) {
        number.erase(0, std::min(number.find_first_not_of('\0'), number.size() - 1));
        if ((static_cast<unsigned char>(number[0]) & 0x80U) != 0) {
            number.insert(number.begin(), '\0');
        }
        return std::string("\x02") + static_cast<char>(number.size()) + number;
    };
    const auto both = integer(raw.substr(0, 32)) + integer(raw.substr(32));
    return std::string("\x30") + static_cast<char>(both.size()) + both;
}

struct Case {
    const Credential* credential;
    Algorithm algorithm;
    std::string openssl;  ///< options of `openssl dgst`
};

std::vector<Case> cases()
{
    const auto& pki = support::dev_pki();
    const std::string pss = " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32";
    return {{&pki.gateway_signing, Algorithm::es256, ""},
            {&pki.institutions[0].signing, Algorithm::rs256, ""},
            {&pki.institutions[0].signing, Algorithm::ps256, pss}};
}

}  // namespace

TEST_CASE("jose and openssl verify what we sign", "[crypto]")
{
    const support::TempDir folder;
    for (const auto& [credential, algorithm, options] : cases()) {
        CAPTURE(to_text(algorithm));
        const auto certificate = support::certificate_of(*credential);
        const auto token =
            sign_jws(support::key_of(*credential),
                     {algorithm, std::string(kTyp), "k1", certificate.x5t()}, kClaims)
                .value();
        const auto read = read_jws(token, kTyp).value();
        write(folder / "token", token);
        write(folder / "jwk", jwk_of(certificate.public_key()->der(), algorithm));
        write(folder / "key.pem", public_pem(certificate.public_key()->der()));
        write(folder / "signed", read.signed_part);
        write(folder / "signature",
              algorithm == Algorithm::es256 ? der_of(read.signature) : read.signature);
        const auto in = "cd " + folder.path().string() + " && ";
        const auto by_openssl =
            in + "openssl dgst -sha256 -verify key.pem -signature signature" + options + " signed";

        CHECK(runs(by_openssl));
        if (has_jose()) {
            CHECK(runs(in + "jose jws ver -i token -k jwk -O out"));
            CHECK(support::read_file(folder / "out") == kClaims);
        }
        write(folder / "signed", read.signed_part + "x");
        CHECK_FALSE(runs(by_openssl));
    }
}

TEST_CASE("we verify what jose signs", "[crypto]")
{
    if (!has_jose()) {
        return;
    }
    const support::TempDir folder;
    const auto in = "cd " + folder.path().string() + " && ";
    for (const auto algorithm : {Algorithm::rs256, Algorithm::ps256, Algorithm::es256}) {
        const std::string name(to_text(algorithm));
        CAPTURE(name);
        REQUIRE(runs(in + R"(jose jwk gen -i '{"alg":")" + name + R"("}' -o key.jwk)"));
        const auto jwk = fhir::r4::read_json(support::read_file(folder / "key.jwk")).value();
        const auto issued = support::root_authority().issue(
            {"jose", {{"keyUsage", "digitalSignature"}}, support::kNow, support::kNow},
            public_pem(spki_of(jwk.root())));
        const auto certificate = Certificate::from_pem(issued.value()).value();
        write(folder / "claims", kClaims);
        write(folder / "template", R"({"protected":{"alg":")" + name +
                                       R"(","typ":"exchange-request+jws","kid":"j","x5t#S256":")" +
                                       certificate.x5t() + "\"}}");

        REQUIRE(runs(in + "jose jws sig -I claims -s template -k key.jwk -c -o token"));

        const auto token = read_jws(support::read_file(folder / "token"), kTyp).value();
        CHECK(token.header.algorithm == algorithm);
        CHECK(verify_jws(token, certificate));
    }
}

TEST_CASE("we verify what openssl signs", "[crypto]")
{
    const support::TempDir folder;
    const auto in = "cd " + folder.path().string() + " && ";
    write(folder / "signed", "header.claims");
    for (const auto& [credential, algorithm, options] : cases()) {
        if (algorithm == Algorithm::es256) {
            continue;  // openssl writes DER; jose covers r||s
        }
        CAPTURE(to_text(algorithm));
        write(folder / "key.pem", credential->key);
        REQUIRE(
            runs(in + "openssl dgst -sha256 -sign key.pem -out signature" + options + " signed"));

        const auto key = support::certificate_of(*credential).public_key().value();

        CHECK(key.verify(algorithm, "header.claims", support::read_file(folder / "signature")));
    }
    // A salt of another length than the digest's is not PS256 (RFC 7518 §3.5).
    REQUIRE(runs(in + "openssl dgst -sha256 -sign key.pem -out signature -sigopt "
                      "rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 signed"));
    const auto key =
        support::certificate_of(support::dev_pki().institutions[0].signing).public_key().value();
    CHECK_FALSE(
        key.verify(Algorithm::ps256, "header.claims", support::read_file(folder / "signature")));
}

TEST_CASE("EdDSA goes both ways with openssl pkeyutl", "[crypto]")
{
    const support::TempDir folder;
    const auto in = "cd " + folder.path().string() + " && ";
    const auto& pem = support::dev_pki().ledger_key;
    const auto key = PrivateKey::from_pem(pem).value();
    write(folder / "key.pem", pem);
    write(folder / "public.pem", key.public_pem());
    write(folder / "note", "origin\n7\nroot\n");
    write(folder / "ours", key.sign("origin\n7\nroot\n").value());

    CHECK(runs(in +
               "openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in note -sigfile ours"));
    REQUIRE(runs(in + "openssl pkeyutl -sign -inkey key.pem -rawin -in note -out theirs"));

    const auto reader = PublicKey::from_pem(key.public_pem()).value();
    CHECK(reader.verify(Algorithm::eddsa, "origin\n7\nroot\n",
                        support::read_file(folder / "theirs")));
}

TEST_CASE("a signature in a form of another algorithm is no signature", "[crypto]")
{
    // DER of an ECDSA signature as long as OpenSSL's buffer for one, said to be RS256.
    const auto ec = support::key_of(support::dev_pki().gateway_signing);
    const auto ec_public = PublicKey::from_der(ec.public_der()).value();
    std::string der;
    while (der.size() != 72) {
        der = der_of(ec.sign("bytes").value());
    }
    CHECK_FALSE(ec_public.verify(Algorithm::rs256, "bytes", der));
    CHECK_FALSE(ec_public.verify(Algorithm::es256, "bytes", der));

    // A PSS signature whose leading zero was left out.
    const auto rsa = support::key_of(support::dev_pki().institutions[0].signing);
    const auto rsa_public = PublicKey::from_der(rsa.public_der()).value();
    std::string pss;
    while (!pss.starts_with('\0')) {
        pss = rsa.sign("bytes", Algorithm::ps256).value();
    }
    CHECK(rsa_public.verify(Algorithm::ps256, "bytes", pss));
    CHECK_FALSE(rsa_public.verify(Algorithm::ps256, "bytes", pss.substr(1)));
}
