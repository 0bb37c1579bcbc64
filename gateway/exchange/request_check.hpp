#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/standing.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/intake.hpp"

namespace gateway::exchange {

/// What the gateway itself knows when it reads a request JWS.
struct RequestContext {
    std::string_view gateway;  ///< its URN: must be in `aud`
    std::string_view env;
    std::string_view method;
    std::string_view path;  ///< `htu` must end in it and name https
    const crypto::Trust& trust;
};

/// The longest a request JWS may live, and how far clocks may differ (seconds).
inline constexpr std::int64_t kLongestLife = 300;
inline constexpr std::int64_t kClockSkew = 60;

/// The request JWS of `intake`: its form, its signature by one of `certificates` (the sender's
/// own, good at that moment), and every claim against what was really received. What it says, it
/// must agree with.
/// Errors: malformed_jws, untrusted_certificate, bad_signature, claim_mismatch, digest_mismatch;
/// `where` = "request.jws exp"; authority_silent when no revocation list tells.
[[nodiscard]] base::Result<evidence::RequestClaims> check_request(
    std::string_view jws, const std::vector<crypto::Certificate>& certificates,
    const RequestContext& context, const Intake& intake);

/// `Content-Digest: sha-256=:…:` (RFC 9530) against the bytes. Errors: digest_mismatch.
[[nodiscard]] base::Result<void> check_content_digest(std::string_view header,
                                                      const base::Digest& digest);

/// `sha-256=:…:` for bytes with this digest.
[[nodiscard]] std::string content_digest(const base::Digest& digest);

}  // namespace gateway::exchange
