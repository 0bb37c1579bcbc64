#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::crypto {

/// A request for a certificate (PKCS#10) that was signed by the key it is for.
///
/// Source:  RFC 2986.
struct CertificateRequest {
    std::string uri;         ///< the first of its subjectAltName: the institution's URN
    std::string public_pem;  ///< SubjectPublicKeyInfo
};

/// PEM, signed by `key`. Errors: unusable_key.
[[nodiscard]] base::Result<std::string> new_certificate_request(const PrivateKey& key,
                                                                const std::string& common_name,
                                                                const std::string& urn);

/// Errors: unusable_key, `where` = "csr", when it is none, or its signature is not by its own key.
[[nodiscard]] base::Result<CertificateRequest> read_certificate_request(std::string_view pem);

}  // namespace gateway::crypto
