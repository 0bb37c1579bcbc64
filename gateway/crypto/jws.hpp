#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::crypto {

/// JWS compact (RFC 7515) with attached claims and an explicit type (RFC 8725 §3.11).
///
/// Header: {"alg","typ","kid","x5t#S256"}, nothing else; `b64`, `jku`, `x5u`, `jwk` and any `crit`
/// refuse the token.
struct JwsHeader {
    Algorithm algorithm = Algorithm::es256;
    std::string typ;  ///< "exchange-receipt+jws"
    std::string kid;
    std::string x5t_s256;  ///< base64url SHA-256 of the signer's certificate
};

/// Signs `claims` (one JSON object, its exact bytes). Errors: unusable_key.
[[nodiscard]] base::Result<std::string> sign_jws(const PrivateKey& key, const JwsHeader& header,
                                                 std::string_view claims);

/// A token read but not yet believed.
struct UnverifiedJws {
    JwsHeader header;
    std::string claims;       ///< JSON bytes as signed
    std::string signature;    ///< raw
    std::string signed_part;  ///< header.claims, the bytes under the signature
};

/// Errors: malformed_jws, `where` = "jws.header.alg", "jws.claims", ...
[[nodiscard]] base::Result<UnverifiedJws> read_jws(std::string_view token,
                                                   std::string_view expected_typ);

/// Checks the signature with `certificate`'s key and that `x5t#S256` is that certificate.
/// Errors: bad_signature, claim_mismatch. Returns the claims as a tree.
[[nodiscard]] base::Result<fhir::r4::Document> verify_jws(const UnverifiedJws& token,
                                                          const Certificate& certificate);

}  // namespace gateway::crypto
