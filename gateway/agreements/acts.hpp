#pragma once

#include <string>

#include "gateway/agreements/signatures.hpp"

namespace gateway::agreements {

inline constexpr std::string_view kActTyp = "agreement-act+jws";

/// What a party states when it ends an agreement's version.
struct ActPlan {
    base::Instant from;
    std::optional<base::Instant> until;  ///< of a suspension; none: revoked for good
    std::string reason;                  ///< for the other party to read; names no person
};

/// A party's signed act over the exact bytes: JWS with {iss, iat, dig, act, nbf, exp?, reason}.
/// Errors: what read_document finds first; unusable_key; claim_mismatch when the certificate's URN
/// is no party's; wrong_usage when `until` is not after `from`, `from` is past, or no reason is
/// given.
[[nodiscard]] base::Result<std::string> sign_act(std::string_view bytes, const ActPlan& plan,
                                                 const crypto::PrivateKey& key,
                                                 const crypto::Certificate& certificate,
                                                 base::Instant now);

/// Reads an act and checks that a party signed it over these bytes.
/// Errors: malformed_jws, bad_signature, claim_mismatch, digest_mismatch, untrusted_certificate.
[[nodiscard]] base::Result<Act> read_act(const Agreement& agreement, std::string token,
                                         std::string certificate_pem, SignatureChecker& checker);

}  // namespace gateway::agreements
