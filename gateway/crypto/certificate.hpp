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

class RevocationLists;

/// An X.509 certificate, read once.
///
/// Errors:   unusable_key when the bytes are no certificate.
/// Threads:  const members may be called from many threads at once.
class Certificate {
public:
    /// The first in the text.
    [[nodiscard]] static base::Result<Certificate> from_pem(std::string_view pem);
    [[nodiscard]] static base::Result<Certificate> from_der(std::string_view der);
    [[nodiscard]] static base::Result<Certificate> from_file(const std::string& path);
    [[nodiscard]] static base::Result<std::vector<Certificate>> all_from_pem(std::string_view pem);

    /// SHA-256 of the DER.
    [[nodiscard]] const base::Digest& thumbprint() const noexcept { return thumbprint_; }
    /// base64url of the thumbprint, as in `x5t#S256` (RFC 7515 §4.1.8).
    [[nodiscard]] const std::string& x5t() const noexcept { return x5t_; }
    [[nodiscard]] const std::string& der() const noexcept { return der_; }
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string subject() const;  ///< RFC 2253
    /// The first URI of subjectAltName: the institution's URN; or empty.
    [[nodiscard]] const std::string& uri() const noexcept { return uri_; }
    [[nodiscard]] base::Instant not_before() const;
    [[nodiscard]] base::Instant not_after() const;
    [[nodiscard]] bool is_ca() const;
    /// Errors: unusable_key when it is weak.
    [[nodiscard]] const base::Result<PublicKey>& public_key() const noexcept { return key_; }
    [[nodiscard]] x509_st* native() const noexcept { return x509_.get(); }

private:
    explicit Certificate(std::shared_ptr<x509_st> x509);

    std::shared_ptr<x509_st> x509_;
    std::string der_;
    base::Digest thumbprint_{};
    std::string x5t_;
    std::string uri_;
    base::Result<PublicKey> key_;
};

/// The roots somebody chose to trust, brought from outside whatever is being checked.
///
/// Threads: const members may be called from many threads at once.
class TrustAnchors {
public:
    /// The authorities in the text; other certificates in it anchor nothing. Errors: unusable_key
    /// when there is none.
    [[nodiscard]] static base::Result<TrustAnchors> from_pem(std::string_view pem);

    /// A chain from `leaf` to an anchor, valid at `when`, of a leaf that is no authority, whose key
    /// is strong and whose key usage allows signatures.
    ///
    /// With `lists` the leaf's issuer must have one among them that had not been due for renewal at
    /// `when` for longer than their grace, and none may have revoked it by then; a list of later is
    /// as good, for it knows more. Lists of authorities are used when they are there. Errors:
    /// untrusted_certificate; `where` begins with "crl" when no list tells.
    [[nodiscard]] base::Result<void> check(const Certificate& leaf,
                                           const std::vector<Certificate>& intermediates,
                                           base::Instant when,
                                           const RevocationLists* lists = nullptr) const;

    [[nodiscard]] x509_store_st* native() const noexcept { return store_.get(); }

private:
    TrustAnchors() = default;
    std::shared_ptr<x509_store_st> store_;
};

}  // namespace gateway::crypto
