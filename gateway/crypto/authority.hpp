#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::crypto {

enum class KeyKind : std::uint8_t { p256, ed25519, rsa2048 };

/// A fresh private key, PKCS#8 PEM. An RSA key takes a tenth of a second. Errors: unusable_key.
[[nodiscard]] base::Result<std::string> new_key(KeyKind kind);

/// One X.509 v3 extension in OpenSSL's words: {"keyUsage", "critical,digitalSignature"}.
struct Extension {
    std::string name;
    std::string value;
};

/// What a certificate is to say.
struct CertificatePlan {
    std::string common_name;
    std::vector<Extension> extensions;  ///< besides the two key identifiers, which it always has
    base::Instant from;
    base::Instant until;
};

/// A certificate authority for development and tests; a production one stays outside Puente.
class Authority {
public:
    /// A new P-256 root. Errors: unusable_key.
    [[nodiscard]] static base::Result<Authority> make(const std::string& common_name,
                                                      base::Instant from, base::Instant until);
    /// One whose certificate exists: an intermediate.
    Authority(Certificate certificate, PrivateKey key, std::string key_pem);

    [[nodiscard]] const Certificate& certificate() const noexcept { return certificate_; }
    [[nodiscard]] const PrivateKey& key() const noexcept { return key_; }
    [[nodiscard]] const std::string& key_pem() const noexcept { return key_pem_; }

    /// A certificate of `public_pem` (SubjectPublicKeyInfo), as PEM; the key may even be weak: to
    /// refuse that is the reader's work. Errors: unusable_key.
    [[nodiscard]] base::Result<std::string> issue(const CertificatePlan& plan,
                                                  std::string_view public_pem) const;

private:
    Certificate certificate_;
    PrivateKey key_;
    std::string key_pem_;
};

}  // namespace gateway::crypto
