#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/agreements/book.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// How a receiver answered a delivery.
struct Handover {
    std::string delivery_jws;  ///< its countersignature; empty when it cannot sign
    std::string transport;     ///< hex thumbprint of its TLS certificate; its mllp:// address
    int status = 0;
    std::string answer;  ///< body, when it cannot sign
    std::string address;
    std::string sent;  ///< digest of the HL7 v2 it was handed instead of the FHIR; or empty
};

/// The version of the agreement an exchange was accepted under, while its parties stand by it.
/// Errors: agreement_not_in_force: it is gone from `book`; agreement_revoked.
[[nodiscard]] base::Result<const agreements::Agreement*> agreement_of(
    const core::Exchange& exchange, const agreements::Book& book, base::Instant now);

/// Whether every grant of the exchange's direction and purpose lets it end as nrr:false.
[[nodiscard]] bool may_end_uncountersigned(const core::Exchange& exchange,
                                           const agreements::Agreement& agreement);

/// The certificates that may countersign: enrolled by the receiver, and fixed by thumbprint in the
/// version of the agreement. They live in `directory`.
using Countersigners = std::vector<const crypto::Certificate*>;
[[nodiscard]] Countersigners countersigners(const core::Exchange& exchange,
                                            const agreements::Agreement& agreement,
                                            const Directory& directory);

/// Checks the countersignature: made by one of `signers`, for this receipt and these bytes.
/// Errors: malformed_jws, untrusted_certificate, bad_signature, claim_mismatch, digest_mismatch;
/// authority_silent when no revocation list tells.
[[nodiscard]] base::Result<evidence::DeliveryClaims> check_delivery(
    std::string_view jws, const core::Exchange& exchange, std::string_view receipt,
    const Countersigners& signers, const Self& self, base::Instant now);

/// The act that ends an exchange: completion signed and chained, state moved, outbox row gone.
/// `evt` "refused" ends it as dead with the receiver's code.
[[nodiscard]] store::Act completion_act(const core::Exchange& exchange, std::string receipt,
                                        std::string request, Handover handover,
                                        const evidence::DeliveryClaims& delivery, const Self& self,
                                        base::Instant now);

}  // namespace gateway::exchange
