#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/key.hpp"

struct x509_st;
struct x509_store_st;

namespace gateway::crypto {

/// An X.509 certificate, read once.
class Certificate {
public:
    [[nodiscard]] static base::Result<Certificate> from_pem(
        std::string_view pem);  ///< the first in the text
    [[nodiscard]] static base::Result<Certificate> from_der(std::string_view der);
    [[nodiscard]] static base::Result<Certificate> from_file(const std::string& path);
    [[nodiscard]] static base::Result<std::vector<Certificate>> all_from_pem(std::string_view pem);

    [[nodiscard]] const base::Digest& thumbprint() const noexcept
    {
        return thumbprint_;
    }                                       ///< SHA-256 of the DER
    [[nodiscard]] std::string x5t() const;  ///< base64url of the thumbprint, as in `x5t#S256`
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string der() const;
    [[nodiscard]] std::string subject() const;  ///< RFC 2253
    [[nodiscard]] std::string uri()
        const;  ///< the first URI of subjectAltName: the institution's URN; or empty
    [[nodiscard]] base::Instant not_before() const;
    [[nodiscard]] base::Instant not_after() const;
    [[nodiscard]] bool is_ca() const;
    [[nodiscard]] base::Result<PublicKey> public_key() const;
    [[nodiscard]] x509_st* native() const noexcept { return x509_.get(); }

private:
    explicit Certificate(std::shared_ptr<x509_st> x509);
    std::shared_ptr<x509_st> x509_;
    base::Digest thumbprint_{};
};

/// The roots somebody chose to trust, brought from outside whatever is being checked.
///
/// Threads: const members may be called from many threads at once.
class TrustAnchors {
public:
    [[nodiscard]] static base::Result<TrustAnchors> from_pem(std::string_view pem);

    /// A chain from `leaf` to an anchor, valid at `when`, of a leaf that is no CA and whose key
    /// usage allows signatures. `crls` are PEM; a revoked leaf is refused. Errors:
    /// untrusted_certificate.
    [[nodiscard]] base::Result<void> check(const Certificate& leaf,
                                           const std::vector<Certificate>& intermediates,
                                           base::Instant when, std::string_view crls = {}) const;

private:
    std::vector<Certificate> anchors_;
};

}  // namespace gateway::crypto
