#include "gateway/crypto/key.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "gateway/crypto/openssl.hpp"
#include "gateway/crypto/pkcs11.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using detail::Bio;
using detail::Owned;

constexpr std::pair<Algorithm, std::string_view> kNames[] = {
    {Algorithm::rs256, "RS256"},
    {Algorithm::ps256, "PS256"},
    {Algorithm::es256, "ES256"},
    {Algorithm::eddsa, "EdDSA"},
};

/// Beyond this an RSA key only costs time: 8,192 bits verify in 0.5 ms.
constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;
constexpr std::size_t kEcdsaHalf = 32;
constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kLargestFile = 64U << 10U;

const base::Text kAcceptedKeys{"RSA de 2048 a 8192 bits, P-256 o Ed25519",
                               "RSA of 2048 to 8192 bits, P-256 or Ed25519"};

const unsigned char* raw(std::string_view bytes) noexcept
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) noexcept
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

Failure unusable(std::string where, base::Text expected, base::Text found = {})
{
    ERR_clear_error();
    return fail(Errc::unusable_key, std::move(where), std::move(expected), std::move(found));
}

Bio reading(std::string_view bytes)
{
    if (bytes.size() > kLargestFile) {
        return nullptr;
    }
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string text_of(const EVP_PKEY* key, const char* parameter)
{
    std::array<char, 64> text{};
    std::size_t size = 0;
    const bool read =
        EVP_PKEY_get_utf8_string_param(key, parameter, text.data(), text.size(), &size) == 1;
    return read ? std::string(text.data(), size) : std::string();
}

/// What is wrong with a key's kind or strength; empty when nothing is. An even or tiny RSA
/// exponent, a curve given by its parameters and the point at infinity are weak as well.
base::Text weakness(const EVP_PKEY* key)
{
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits < kLeastRsaBits || bits > kMostRsaBits) {
            return {"RSA de " + std::to_string(bits) + " bits",
                    "RSA of " + std::to_string(bits) + " bits"};
        }
        BIGNUM* exponent = nullptr;
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent);
        const bool good =
            exponent != nullptr && BN_is_odd(exponent) == 1 && BN_num_bits(exponent) >= 17;
        BN_free(exponent);
        return good ? base::Text{}
                    : base::Text{"exponente RSA menor que 65537", "RSA exponent below 65537"};
    }
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        if (text_of(key, OSSL_PKEY_PARAM_GROUP_NAME) != "prime256v1" ||
            text_of(key, OSSL_PKEY_PARAM_EC_ENCODING) != "named_curve") {
            return {"otra curva", "another curve"};
        }
        std::size_t size = 0;
        std::array<unsigned char, 2 * kEcdsaHalf + 1> point{};
        if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                            point.size(), &size) != 1 ||
            size < kEcdsaHalf + 1) {
            return {"punto en el infinito", "the point at infinity"};
        }
        return {};
    }
    if (EVP_PKEY_is_a(key, "ED25519") == 1) {
        return {};
    }
    return {"otra clase de llave", "another kind of key"};
}

bool fits(const EVP_PKEY* key, Algorithm algorithm)
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

/// PSS by RFC 7518 §3.5: MGF1 with the same digest, salt as long as the digest.
bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm)
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

/// DER of an ECDSA signature to r||s (RFC 7518 §3.4).
std::string to_jws_form(const std::string& der)
{
    const auto* at = raw(std::string_view(der));
    const Owned<ECDSA_SIG> parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string out(2 * kEcdsaHalf, '\0');
    const bool done =
        parsed != nullptr &&
        BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), raw(out), kEcdsaHalf) > 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), raw(out) + kEcdsaHalf, kEcdsaHalf) > 0;
    return done ? out : std::string();
}

/// r||s to DER; empty when the length is wrong or r or s is zero.
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

template <class Encode>
std::string encoded(Encode encode)
{
    unsigned char* out = nullptr;
    const int size = encode(&out);
    std::string bytes(reinterpret_cast<char*>(out), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(out);
    return bytes;
}

std::string spki(const EVP_PKEY* key)
{
    return encoded([key](unsigned char** out) { return i2d_PUBKEY(key, out); });
}

/// Gives OpenSSL the passphrase; without one it must fail, never ask the terminal.
int give_passphrase(char* out, int size, int /*writing*/, void* given)
{
    const auto& passphrase = *static_cast<const std::string_view*>(given);
    if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) {
        return -1;
    }
    std::memcpy(out, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
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
    return fail(Errc::malformed_jws, "jws.header.alg",
                {"RS256, PS256, ES256 o EdDSA", "RS256, PS256, ES256 or EdDSA"},
                base::kind_of(text));
}

base::Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, std::string_view passphrase)
{
    const auto bio = reading(pem);
    EVP_PKEY* read = nullptr;
    if (bio != nullptr) {
        // An encrypted PKCS#8 file as SAT issues them is DER: it has no armour to look for.
        read = pem.starts_with('\x30')
                   ? d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, give_passphrase, &passphrase)
                   : PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase);
    }
    std::shared_ptr<EVP_PKEY> key(read, detail::Free());
    if (key == nullptr) {
        return unusable("key", {"una llave privada PKCS#8 y su frase de paso",
                                "a PKCS#8 private key and its passphrase"});
    }
    return checked(std::move(key));
}

base::Result<PrivateKey> PrivateKey::checked(std::shared_ptr<evp_pkey_st> key)
{
    // By its public half, which reads alike whether the private one is here or in a token.
    if (const auto reader = PublicKey::from_der(spki(key.get())); !reader) {
        return Failure(reader.error());
    }
    return PrivateKey(std::move(key));
}

base::Result<PrivateKey> PrivateKey::from_file(const std::string& path, std::string_view passphrase)
{
    if (path.starts_with("pkcs11:")) {
        auto key = detail::load_pkcs11(path, passphrase);
        return key ? checked(*std::move(key)) : Failure(std::move(key).error());
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return unusable(path, {"un archivo legible", "a readable file"});
    }
    std::string bytes(kLargestFile + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    auto key = from_pem(bytes, passphrase);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    if (!key) {
        key.error().where = path;
    }
    return key;
}

Algorithm PrivateKey::algorithm() const noexcept
{
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) {
        return Algorithm::rs256;
    }
    return EVP_PKEY_is_a(key_.get(), "EC") == 1 ? Algorithm::es256 : Algorithm::eddsa;
}

base::Result<std::string> PrivateKey::sign(std::string_view bytes) const
{
    return sign(bytes, algorithm());
}

base::Result<std::string> PrivateKey::sign(std::string_view bytes, Algorithm algorithm) const
{
    if (!fits(key_.get(), algorithm)) {
        return unusable("key", {"una llave para el algoritmo", "a key for the algorithm"});
    }
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t size = signature.size();
    if (context == nullptr ||
        EVP_DigestSignInit(context.get(), &options, digest_of(algorithm), nullptr, key_.get()) !=
            1 ||
        !set_padding(options, algorithm) ||
        EVP_DigestSign(context.get(), raw(signature), &size, raw(bytes), bytes.size()) != 1) {
        return unusable("key", {"una llave que firma", "a key that signs"});
    }
    signature.resize(size);
    if (algorithm == Algorithm::es256) {
        signature = to_jws_form(signature);
    }
    if (signature.empty()) {
        return unusable("key", {"una llave que firma", "a key that signs"});
    }
    return signature;
}

std::string PrivateKey::public_der() const
{
    return spki(key_.get());
}

std::string PrivateKey::public_pem() const
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string PrivateKey::raw_public() const
{
    std::string bytes(kEd25519Bytes, '\0');
    std::size_t size = bytes.size();
    const bool done = fits(key_.get(), Algorithm::eddsa) &&
                      EVP_PKEY_get_raw_public_key(key_.get(), raw(bytes), &size) == 1;
    return done ? bytes : std::string();
}

base::Result<PublicKey> PublicKey::from_pem(std::string_view pem)
{
    const auto bio = reading(pem);
    return from_native(std::shared_ptr<EVP_PKEY>(
        bio != nullptr ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr,
        detail::Free()));
}

base::Result<PublicKey> PublicKey::from_der(std::string_view der)
{
    const auto* at = raw(der);
    std::shared_ptr<EVP_PKEY> key(der.size() <= kLargestFile
                                      ? d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()))
                                      : nullptr,
                                  detail::Free());
    if (key != nullptr && at != raw(der) + der.size()) {
        key.reset();
    }
    return from_native(std::move(key));
}

base::Result<PublicKey> PublicKey::from_raw_ed25519(std::string_view bytes)
{
    return from_native(std::shared_ptr<EVP_PKEY>(
        bytes.size() == kEd25519Bytes
            ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(bytes), bytes.size())
            : nullptr,
        detail::Free()));
}

base::Result<PublicKey> PublicKey::from_native(std::shared_ptr<evp_pkey_st> key)
{
    if (key == nullptr) {
        return unusable("key", {"una llave pública", "a public key"});
    }
    if (auto weak = weakness(key.get()); !weak.en.empty()) {
        return unusable("key", kAcceptedKeys, std::move(weak));
    }
    return PublicKey(std::move(key));
}

bool PublicKey::verify(Algorithm algorithm, std::string_view bytes,
                       std::string_view signature) const
{
    if (!fits(key_.get(), algorithm)) {
        return false;
    }
    std::string der;
    if (algorithm == Algorithm::es256) {
        der = to_der_form(signature);
        signature = der;
    }
    // OpenSSL would take a PSS signature without its leading zeros: one length is right.
    if (signature.empty() ||
        (algorithm != Algorithm::es256 &&
         signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())))) {
        return false;
    }
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    const bool right = context != nullptr &&
                       EVP_DigestVerifyInit(context.get(), &options, digest_of(algorithm), nullptr,
                                            key_.get()) == 1 &&
                       set_padding(options, algorithm) &&
                       EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(bytes),
                                        bytes.size()) == 1;
    ERR_clear_error();
    return right;
}

std::string PublicKey::der() const
{
    return spki(key_.get());
}

}  // namespace gateway::crypto
