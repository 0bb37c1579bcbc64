#include "gateway/crypto/key.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/bytes.hpp"

using namespace gateway::crypto;

namespace {

std::string from_url(std::string_view text)
{
    return base::from_base64url(text).value();
}

std::string pem_of(std::string_view label, std::string_view der)
{
    const std::string name(label);
    return "-----BEGIN " + name + "-----\n" + base::to_base64(der) + "\n-----END " + name +
           "-----\n";
}

/// SubjectPublicKeyInfo of a P-256 point and of a 2,048-bit modulus with exponent 65537.
std::string p256_spki(std::string_view x, std::string_view y)
{
    return *base::from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + from_url(x) +
           from_url(y);
}

std::string rsa_spki(std::string_view modulus)
{
    return *base::from_hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100") +
           from_url(modulus) + *base::from_hex("0203010001");
}

/// RFC 7515 A.3.1 and A.2.1: the keys of its examples; both sign the same claims.
const std::string kEs256 = p256_spki("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                                     "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
const std::string kRs256 = rsa_spki(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4"
    "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5re"
    "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX"
    "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ");
const std::string kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";
const std::string kEs256Signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const std::string kRs256Signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

/// RFC 8037 A.1.
PrivateKey rfc8037_key()
{
    const auto pkcs8 = *base::from_hex("302e020100300506032b657004220420") +
                       from_url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    return PrivateKey::from_pem(pem_of("PRIVATE KEY", pkcs8)).value();
}

}  // namespace

TEST_CASE("the signatures of RFC 7515 verify", "[crypto]")
{
    const auto [spki, algorithm, header, signature] =
        GENERATE(table<std::string, Algorithm, std::string, std::string>({
            {kEs256, Algorithm::es256, "eyJhbGciOiJFUzI1NiJ9.", kEs256Signature},
            {kRs256, Algorithm::rs256, "eyJhbGciOiJSUzI1NiJ9.", kRs256Signature},
        }));
    const auto key = PublicKey::from_der(spki).value();
    const auto bytes = header + kClaims;

    CHECK(key.verify(algorithm, bytes, from_url(signature)));
    CHECK_FALSE(key.verify(algorithm, bytes + "x", from_url(signature)));
    CHECK(key.der() == spki);
}

TEST_CASE("the Ed25519 example of RFC 8037 is signed and verified", "[crypto]")
{
    const std::string bytes = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const std::string expected =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const auto key = rfc8037_key();

    CHECK(key.algorithm() == Algorithm::eddsa);
    CHECK(base::to_base64url(key.raw_public()) == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    CHECK(base::to_base64url(key.sign(bytes).value()) == expected);
    const auto reader = PublicKey::from_raw_ed25519(key.raw_public()).value();
    CHECK(reader.verify(Algorithm::eddsa, bytes, from_url(expected)));
}

TEST_CASE("a signature verifies in one form and under one algorithm only", "[crypto]")
{
    const auto ec = PublicKey::from_der(kEs256).value();
    const auto rsa = PublicKey::from_der(kRs256).value();
    const auto es_bytes = "eyJhbGciOiJFUzI1NiJ9." + kClaims;
    const auto rs_bytes = "eyJhbGciOiJSUzI1NiJ9." + kClaims;
    const auto es = from_url(kEs256Signature);
    const auto rs = from_url(kRs256Signature);
    const std::string zeros(32, '\0');

    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, ""));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, zeros + zeros));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, zeros + es.substr(32)));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, es.substr(0, 32) + zeros));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, es.substr(0, 63)));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, es + '\0'));
    CHECK_FALSE(ec.verify(Algorithm::es256, es_bytes, *base::from_hex("3044") + es));
    CHECK_FALSE(ec.verify(Algorithm::eddsa, es_bytes, es));
    CHECK_FALSE(ec.verify(Algorithm::rs256, es_bytes, es));
    CHECK_FALSE(rsa.verify(Algorithm::ps256, rs_bytes, rs));
    CHECK_FALSE(rsa.verify(Algorithm::es256, rs_bytes, rs));
    CHECK_FALSE(rsa.verify(Algorithm::rs256, rs_bytes, rs.substr(0, 255)));
    CHECK_FALSE(rsa.verify(Algorithm::rs256, rs_bytes, rs + '\0'));
}

TEST_CASE("a weak or foreign public key is refused", "[crypto]")
{
    // A 1,024-bit modulus, the exponent 3, the curve P-384 and bytes that are no key.
    const std::string weak_rsa =
        *base::from_hex("30819f300d06092a864886f70d010101050003818d0030818902818100") +
        std::string(127, '\xC1') + '\x01' + *base::from_hex("0203010001");
    const std::string small_exponent =
        *base::from_hex(
            "30820120300d06092a864886f70d01010105000382010d003082010802820101"
            "00") +
        std::string(255, '\xC1') + '\x01' + *base::from_hex("020103");
    const auto [der, found] = GENERATE_COPY(table<std::string, std::string>({
        {weak_rsa, "RSA of 1024 bits"},
        {small_exponent, "RSA exponent below 65537"},
        {"", ""},
        {"not a key", ""},
        {kEs256 + '\0', ""},
        {kEs256.substr(0, kEs256.size() - 1) + '\0', ""},
    }));
    CAPTURE(base::to_hex(der));

    const auto key = PublicKey::from_der(der);

    REQUIRE_FALSE(key);
    CHECK(key.error().code == base::Errc::unusable_key);
    CHECK(key.error().found.en == found);
}

TEST_CASE("a private key that cannot be read says where and nothing else", "[crypto]")
{
    CHECK(PrivateKey::from_pem("").error().where == "key");
    CHECK(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
              .error()
              .code == base::Errc::unusable_key);
    CHECK(PrivateKey::from_file("/no/such/key.pem").error().where == "/no/such/key.pem");
}

TEST_CASE("a key signs only with an algorithm of its own", "[crypto]")
{
    const auto key = rfc8037_key();
    CHECK_FALSE(key.sign("x", Algorithm::rs256));
    CHECK_FALSE(key.sign("x", Algorithm::ps256));
    CHECK_FALSE(key.sign("x", Algorithm::es256));
    CHECK(key.sign("x", Algorithm::eddsa));
}

TEST_CASE("the four algorithms are read by their exact names", "[crypto]")
{
    for (const auto algorithm :
         {Algorithm::rs256, Algorithm::ps256, Algorithm::es256, Algorithm::eddsa}) {
        CHECK(algorithm_from(to_text(algorithm)).value() == algorithm);
    }
    for (const auto* const name : {"", "none", "None", "HS256", "rs256", "ES256K", "ES384"}) {
        CHECK(algorithm_from(name).error().where == "jws.header.alg");
    }
}
