#pragma once

#include <string>

#include "gateway/agreements/book.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/intake.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// An exchange ready to be made durable: everything but its place in the ledger.
struct Draft {
    core::Exchange exchange;
    evidence::ReceiptClaims claims;  ///< without log and checkpoint
    store::Rows rows;                ///< without leaf, receipt and tiles
    std::string outcome;             ///< OperationOutcome JSON, as in outcome.json
    base::Issues issues;
    base::Error reason;   ///< why it was rejected
    bool opened = false;  ///< a load: its exchange is kept already, and is closed
    std::string ack;      ///< HL7 ACK when it came as HL7 v2
    std::string receipt;  ///< the JWS, once committed

    [[nodiscard]] bool rejected() const noexcept { return exchange.state == core::State::rejected; }
};

/// What was found, decided or could not be read, as one draft. Reads the person index of `store`.
/// Blocking. Errors: store_failed, internal (a payload that cannot be sealed).
[[nodiscard]] base::Result<Draft> draft_exchange(const Intake& intake,
                                                 base::Result<Assessment> assessment,
                                                 const agreements::Decision& decision,
                                                 const std::string& plan_digest, bool push,
                                                 const Self& self, store::Store& store);

/// Signs the receipt for `position`, and gives the rows with leaf and receipt. Called by the
/// Committer, again for another position when the batch it was in failed.
[[nodiscard]] base::Result<store::Rows> seal_draft(Draft& draft, const store::Position& position,
                                                   const Self& self, std::string& leaf);

}  // namespace gateway::exchange
