#include "gateway/crypto/algorithm.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <utility>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

constexpr std::pair<Algorithm, std::string_view> kNames[] = {
    {Algorithm::rs256, "RS256"},
    {Algorithm::ps256, "PS256"},
    {Algorithm::es256, "ES256"},
    {Algorithm::eddsa, "EdDSA"},
};

constexpr std::size_t kEcdsaHalf = 32;

const unsigned char* raw(std::string_view bytes) noexcept
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) noexcept
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

std::string_view to_text(Algorithm algorithm) noexcept
{
    return kNames[static_cast<std::size_t>(algorithm)].second;
}

base::Result<Algorithm> algorithm_from(std::string_view text)
{
    for (const auto& [algorithm, name] : kNames) {
        if (name == text) {
            return algorithm;
        }
    }
    return base::fail(base::Errc::malformed_jws, "jws.header.alg",
                      {"RS256, PS256, ES256 o EdDSA", "RS256, PS256, ES256 or EdDSA"},
                      base::kind_of(text));
}

namespace detail {

bool fits(const evp_pkey_st* key, Algorithm algorithm) noexcept
{
    switch (algorithm) {
        case Algorithm::rs256:
        case Algorithm::ps256:
            return EVP_PKEY_is_a(key, "RSA") == 1;
        case Algorithm::es256:
            return EVP_PKEY_is_a(key, "EC") == 1;
        case Algorithm::eddsa:
            return EVP_PKEY_is_a(key, "ED25519") == 1;
    }
    return false;
}

bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) noexcept
{
    return algorithm != Algorithm::ps256 ||
           (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/// Looked up once: a look-up by name costs as much as a tenth of a signature.
const EVP_MD* digest_of(Algorithm algorithm)
{
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm == Algorithm::eddsa ? nullptr : sha256;
}

std::string to_jws_form(std::string_view der)
{
    const auto* at = raw(der);
    const Owned<ECDSA_SIG> parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string out(2 * kEcdsaHalf, '\0');
    const bool done =
        parsed != nullptr &&
        BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), raw(out), kEcdsaHalf) > 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), raw(out) + kEcdsaHalf, kEcdsaHalf) > 0;
    return done ? out : std::string();
}

std::string to_der_form(std::string_view signature)
{
    if (signature.size() != 2 * kEcdsaHalf) {
        return {};
    }
    const Owned<ECDSA_SIG> built(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(raw(signature), kEcdsaHalf, nullptr);
    BIGNUM* s = BN_bin2bn(raw(signature) + kEcdsaHalf, kEcdsaHalf, nullptr);
    if (built == nullptr || r == nullptr || s == nullptr || BN_is_zero(r) == 1 ||
        BN_is_zero(s) == 1 || ECDSA_SIG_set0(built.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    std::string der(2 * kEcdsaHalf + 16, '\0');
    auto* at = raw(der);
    const int size = i2d_ECDSA_SIG(built.get(), &at);
    der.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return der;
}

}  // namespace detail
}  // namespace gateway::crypto
