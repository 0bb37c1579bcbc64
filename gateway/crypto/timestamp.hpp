#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/certificate.hpp"

namespace gateway::crypto {

/// A time-stamp token: an authority's word that some bytes existed at a moment.
///
/// Shape:   TimeStampToken in DER (a CMS SignedData) over SHA-256 of the bytes, with the
///          certificates of the authority below the anchor inside (certReq).
/// Source:  RFC 3161, RFC 5816.
struct Timestamp {
    std::string token;
    base::Instant when;
};

/// A question for a token over `data`: SHA-256, a random nonce of 64 bits, certificates wanted.
/// `policy` is an OID, or empty for the authority's own. Errors: malformed_config when it is none.
[[nodiscard]] base::Result<std::string> timestamp_request(std::string_view data,
                                                          const std::string& policy);

/// The token of an answer to `request`: granted, over its imprint, with its nonce and policy,
/// signed by a certificate for time-stamping alone that chains to an anchor. Errors: bad_signature;
/// `where` = "timestamp".
[[nodiscard]] base::Result<Timestamp> read_timestamp_reply(std::string_view reply,
                                                           std::string_view request,
                                                           const TrustAnchors& anchors);

/// When `data` existed, by a token that was kept; its certificates are judged at that moment.
/// Errors: bad_signature; `where` = "timestamp".
[[nodiscard]] base::Result<base::Instant> check_timestamp(std::string_view token,
                                                          std::string_view data,
                                                          const TrustAnchors& anchors);

}  // namespace gateway::crypto
