#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

struct evp_pkey_st;

namespace gateway::crypto {

/// JWS algorithms (RFC 7518, RFC 8037). Nothing else is ever accepted.
enum class Algorithm : std::uint8_t { rs256, ps256, es256, eddsa };

[[nodiscard]] std::string_view to_text(Algorithm algorithm) noexcept;  ///< "RS256"
[[nodiscard]] base::Result<Algorithm> algorithm_from(std::string_view text);

/// A private key that signs. Weak keys (RSA < 2048, curves other than P-256 and Ed25519) are
/// refused.
///
/// Threads:  const members may be called from many threads at once.
class PrivateKey {
public:
    /// PKCS#8 as PEM, or encrypted as DER (an e.firma's .key). Errors: unusable_key.
    [[nodiscard]] static base::Result<PrivateKey> from_pem(std::string_view pem,
                                                           std::string_view passphrase = {});
    /// The same from a file, or a key that stays in its token, by a PKCS#11 URI (pkcs11.hpp) with
    /// the PIN as passphrase.
    [[nodiscard]] static base::Result<PrivateKey> from_file(const std::string& path,
                                                            std::string_view passphrase = {});

    /// The algorithm this key signs with by default: RSA -> RS256, P-256 -> ES256, Ed25519 ->
    /// EdDSA.
    [[nodiscard]] Algorithm algorithm() const noexcept;

    /// The raw signature in JWS form (ES256: r||s, 64 bytes). Errors: unusable_key.
    [[nodiscard]] base::Result<std::string> sign(std::string_view bytes) const;
    /// The same with the algorithm chosen: PS256 for an RSA key.
    [[nodiscard]] base::Result<std::string> sign(std::string_view bytes, Algorithm algorithm) const;

    /// SubjectPublicKeyInfo, DER and PEM.
    [[nodiscard]] std::string public_der() const;
    [[nodiscard]] std::string public_pem() const;
    /// The 32 raw bytes of an Ed25519 public key; empty for others.
    [[nodiscard]] std::string raw_public() const;

    [[nodiscard]] evp_pkey_st* native() const noexcept { return key_.get(); }

private:
    [[nodiscard]] static base::Result<PrivateKey> checked(std::shared_ptr<evp_pkey_st> key);
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) noexcept : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

/// A public key that verifies.
class PublicKey {
public:
    [[nodiscard]] static base::Result<PublicKey> from_pem(std::string_view pem);
    [[nodiscard]] static base::Result<PublicKey> from_der(
        std::string_view der);  ///< SubjectPublicKeyInfo
    [[nodiscard]] static base::Result<PublicKey> from_raw_ed25519(
        std::string_view raw);  ///< 32 bytes
    /// Wraps a key somebody else read (a certificate's). Errors: unusable_key when it is weak.
    [[nodiscard]] static base::Result<PublicKey> from_native(std::shared_ptr<evp_pkey_st> key);

    /// True when `signature` (JWS form) is right for `bytes` and the algorithm fits this key.
    [[nodiscard]] bool verify(Algorithm algorithm, std::string_view bytes,
                              std::string_view signature) const;

    [[nodiscard]] std::string der() const;

private:
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key) noexcept : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace gateway::crypto
