#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::evidence {

/// Who signs for the gateway.
struct Signer {
    const crypto::PrivateKey* key = nullptr;
    const crypto::Certificate* certificate = nullptr;
    std::string kid;
};

/// The evidence of one exchange as a tar: the documents, verify.sh, and `manifest.jws`
/// (typ exchange-evidence+jws) with the SHA-256 of every file, so that one changed bit anywhere is
/// found and named. Canonical ustar: zero times and owners, names in order; same input, same bytes
/// but for the signature (ES256 is random).
///
/// `documents`: receipt.jws, and as far as they exist request.jws (only if its signature was found
/// good: `nro`), delivery.jws, completion.jws, outcome.json, records.ndjson, agreement.json with
/// agreement.N.jws and agreement.N.pem, certs/*.pem (every signer's, then its issuers),
/// leaf.json and leaf.tlog-proof, leaf-completion.json and leaf-completion.tlog-proof (proof_file).
/// README.txt, verify.sh, digests.txt and manifest.jws are added here.
/// Errors: evidence_altered without a receipt; malformed_jws; malformed_value for a bad name.
[[nodiscard]] base::Result<std::string> pack(std::vector<core::Document> documents,
                                             const Signer& signer);

/// The files of a tar made by pack(), or packed again by tar(1). Errors: evidence_altered.
[[nodiscard]] base::Result<std::vector<core::Document>> unpack(std::string_view tar);

}  // namespace gateway::evidence
