#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/certificate.hpp"

namespace gateway::agreements {

/// A party and the operational keys it will use, fixed by thumbprint in what both signed.
struct Party {
    std::string institution;  ///< URN
    std::string name;
    std::string rfc;
    std::vector<std::string> clues;
    std::vector<std::string> signing_thumbprints;  ///< x5t#S256 of JWS certificates
};

/// What one direction of the exchange may carry.
struct Grant {
    std::string from;  ///< institution URN
    std::string to;
    std::vector<std::string> purposes;        ///< v3-ActReason
    std::vector<std::string> resource_types;  ///< FHIR types; a Bundle may hold no other
    std::string legal_basis;  ///< "LB64-V": fraction of LGPDPPSO that makes consent unnecessary
    bool unsigned_allowed = false;  ///< nro:false senders (MLLP, plain mTLS)
};

/// A convenio: a JSON document whose exact bytes both parties signed.
struct Agreement {
    std::string id;
    std::string version;
    std::string env;        ///< "test" or "production"
    base::Digest digest{};  ///< SHA-256 of the bytes: names this version
    std::string bytes;
    std::vector<std::string> signatures;  ///< JWS (typ agreement-signature+jws), one per party
    std::vector<std::string> signer_certificates;  ///< PEM, in the same order
    base::Instant valid_from;
    base::Instant valid_to;
    std::string subject_key;  ///< base64url HMAC key of `sub`, shared by both parties; kept beside,
                              ///< not in the document
    std::vector<Party> parties;
    std::vector<Grant> grants;

    [[nodiscard]] const Party* party(std::string_view institution) const noexcept;
};

/// Reads the document and checks that every party signed these bytes with a certificate that
/// `anchors` trust. Errors: malformed_config with the JSON pointer; bad_signature;
/// untrusted_certificate.
[[nodiscard]] base::Result<Agreement> read_agreement(std::string bytes,
                                                     std::vector<std::string> signatures,
                                                     std::vector<std::string> certificates_pem,
                                                     const crypto::TrustAnchors& anchors,
                                                     base::Instant now);

}  // namespace gateway::agreements
