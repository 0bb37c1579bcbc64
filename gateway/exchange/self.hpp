#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"
#include "gateway/crypto/seal.hpp"
#include "gateway/crypto/standing.hpp"
#include "gateway/runtime/snapshot.hpp"

namespace gateway::exchange {

/// A key and its certificate, replaced together.
struct SigningPair {
    crypto::PrivateKey key;
    crypto::Certificate certificate;
};

/// This gateway, as it names itself and signs. Made once by app/; everything here outlives the
/// line. Only the signing pair and whom it trusts are ever replaced: what was signed before stays
/// verifiable, since the evidence holds each certificate under its thumbprint.
struct Self {
    std::string urn;
    std::string env;
    std::string ledger_origin;
    std::string ledger_vkey;  ///< C2SP verifier key of its ledger
    std::shared_ptr<runtime::Snapshot<SigningPair>> signing;
    std::shared_ptr<runtime::Snapshot<crypto::Trust>> trust;
    crypto::MasterKey master;
    std::string index_key;  ///< HMAC key of the person index, derived from the master key

    /// Signs one claim set of this gateway. Errors: unusable_key; untrusted_certificate or
    /// authority_silent when its own certificate is not good at `now`: no evidence would verify.
    [[nodiscard]] base::Result<std::string> sign(std::string_view typ, std::string_view claims,
                                                 base::Instant now) const;

    /// The digests of the revocation lists that signatures are judged by at present.
    [[nodiscard]] std::vector<std::string> list_digests() const;

    /// What the person index keeps instead of an identifier.
    [[nodiscard]] std::string index_value(std::string_view system, std::string_view value) const;
};

}  // namespace gateway::exchange
