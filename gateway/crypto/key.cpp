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

#include "gateway/crypto/algorithm.hpp"
#include "gateway/crypto/openssl.hpp"
#include "gateway/crypto/pkcs11.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using detail::Bio;
using detail::digest_of;
using detail::fits;
using detail::Owned;
using detail::set_padding;

/// Beyond this an RSA key only costs time: 8,192 bits verify in 0.5 ms.
constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;
constexpr std::size_t kP256Point = 65;  ///< 04 || x || y
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
        std::array<unsigned char, kP256Point> point{};
        if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                            point.size(), &size) != 1 ||
            size != kP256Point) {
            return {"punto en el infinito", "the point at infinity"};
        }
        return {};
    }
    if (EVP_PKEY_is_a(key, "ED25519") == 1) {
        return {};
    }
    return {"otra clase de llave", "another kind of key"};
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
        signature = detail::to_jws_form(signature);
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
    return detail::text_of(bio);
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
        der = detail::to_der_form(signature);
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
