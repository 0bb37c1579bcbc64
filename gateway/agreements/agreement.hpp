#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::agreements {

inline constexpr std::string_view kSignatureTyp = "agreement-signature+jws";

/// Who signs for a party, as the convenio's declarations state it.
struct Signatory {
    std::string name;
    std::string position;
};

/// A party and the operational keys it will use, fixed by thumbprint in what both signed.
struct Party {
    std::string institution;  ///< URN
    std::string name;
    std::string rfc;
    std::vector<std::string> clues;  ///< its establishments in scope
    Signatory signatory;
    std::vector<std::string> signing_thumbprints;  ///< x5t#S256 of JWS certificates; none: it signs
                                                   ///< no exchange
};

/// The fields that may go for some purposes: what is not listed is taken out, or refuses the whole.
struct Inventory {
    std::vector<std::string> purposes;
    std::vector<std::string> elements;  ///< "Patient.name", "Observation.value", or a type alone;
                                        ///< what lies below goes with it
    bool refuses = false;
};

/// What one direction of the exchange may carry.
struct Grant {
    std::string from;  ///< institution URN
    std::string to;
    std::vector<std::string> purposes;        ///< v3-ActReason
    std::vector<std::string> resource_types;  ///< FHIR types; a Bundle may hold no other
    std::string legal_basis;  ///< "LB64-V": fraction of LGPDPPSO that makes consent unnecessary;
                              ///< empty: consent is needed
    bool unsigned_allowed = false;         ///< nro:false senders (MLLP, plain mTLS)
    bool uncountersigned_allowed = false;  ///< nrr:false receivers: their TLS answer is the end
    std::vector<Inventory> fields;

    /// nullptr: for this purpose every field of the resource types may go.
    [[nodiscard]] const Inventory* inventory(std::string_view purpose) const noexcept;
};

/// The privacy notice the receiver was told of (LGPDPPSO 60).
struct Notice {
    std::string version;
    std::string digest;  ///< "sha-256:…", or empty
};

/// A party's signed act that ends a version of an agreement, for good or for a time.
struct Act {
    std::string institution;  ///< who signed it
    base::Instant from;
    std::optional<base::Instant> until;  ///< of a suspension; none: revoked for good
    std::string reason;
    std::string jws;          ///< typ agreement-act+jws
    std::string certificate;  ///< PEM
};

/// A convenio: a JSON document whose exact bytes both parties signed.
///
/// Source:  fields of LGPDPPSO 59-64 and the convenios general of 2012 and S200-FAM-2024;
///          agreement.schema.json beside this file is the same, for others' tools.
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
    std::vector<Act> acts;
    std::string subject_key;  ///< base64url HMAC key of `sub`, shared by both parties; kept beside,
                              ///< not in the document
    std::vector<Party> parties;
    std::vector<Grant> grants;

    std::string object;
    std::string subjects;               ///< whose records: "personas referidas entre las partes"
    std::vector<std::string> channels;  ///< exchanges, hl7v2, mllp, fhir, folder
    Notice notice;
    std::uint32_t retention_years = 0;
    std::string at_end;  ///< "return", "destroy" or "keep"
    std::uint32_t breach_notice_hours = 0;
    bool onward_transfer = false;
    std::string termination;
    std::string jurisdiction;

    [[nodiscard]] const Party* party(std::string_view institution) const noexcept;
    /// The act that ends it at a moment; nullptr while the parties stand by it.
    [[nodiscard]] const Act* act_at(base::Instant moment) const noexcept;
};

/// Reads the document alone, signed by nobody yet. All faults are told at once.
/// Errors: malformed_json, malformed_config; `where` = JSON pointer.
[[nodiscard]] tl::expected<Agreement, std::vector<base::Error>> read_document(std::string bytes);

/// Reads the document and checks that every party signed these bytes with a certificate that
/// `anchors` trust and that carries the party's URN.
/// Errors: malformed_config with the JSON pointer; malformed_jws, bad_signature, claim_mismatch,
/// digest_mismatch or untrusted_certificate with "signature N" or "/parties/N".
[[nodiscard]] base::Result<Agreement> read_agreement(std::string bytes,
                                                     std::vector<std::string> signatures,
                                                     std::vector<std::string> certificates_pem,
                                                     const crypto::TrustAnchors& anchors,
                                                     base::Instant now);

/// A party's signature over the exact bytes: JWS with {iss: URN of the certificate, iat, dig}.
/// Errors: what read_document finds first; unusable_key; claim_mismatch when the certificate's URN
/// is no party's.
[[nodiscard]] base::Result<std::string> sign_agreement(std::string_view bytes,
                                                       const crypto::PrivateKey& key,
                                                       const crypto::Certificate& certificate,
                                                       base::Instant now);

/// A document to start from: test world, one year, TREAT from the first party to the second.
[[nodiscard]] std::string new_agreement(std::string_view id, const Party& from, const Party& to,
                                        base::Instant now);

/// The document as a page in Spanish, for the people who sign it.
[[nodiscard]] std::string page_of(const Agreement& agreement);

/// A fresh key for `sub`: 32 random bytes in base64url. Both parties keep the same.
[[nodiscard]] std::string new_subject_key();

}  // namespace gateway::agreements
