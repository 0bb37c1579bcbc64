#pragma once

#include <string>

#include "gateway/api/router.hpp"
#include "gateway/exchange/intake.hpp"

namespace gateway::api {

/// The request as a submission: its digest, its signed request or the route of `listener` that
/// speaks for who cannot sign. The caller is known. Blocking.
/// Errors: malformed_jws, bad_signature, claim_mismatch, digest_mismatch, no_route.
[[nodiscard]] base::Result<exchange::Intake> admit(const Call& call, std::string listener,
                                                   base::Instant now);

}  // namespace gateway::api
