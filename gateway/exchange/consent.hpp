#pragma once

#include <set>
#include <string>

#include "gateway/agreements/agreement.hpp"
#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/intake.hpp"
#include "gateway/exchange/self.hpp"

namespace gateway::exchange {

enum class Consented : std::uint8_t { silent, permits, denies };

/// What is asked of a Consent.
struct ConsentQuestion {
    std::string_view purpose;
    std::string_view notice;    ///< version of the privacy notice the agreement names
    std::string_view receiver;  ///< institution URN
    base::Instant now;
};

/// What one FHIR Consent says. It permits when it is active, in its period, of scope
/// patient-privacy, names the purpose, the notice's version (policyRule) and, if it names actors,
/// the receiver, and shows its evidence (source); LGPDPPSO 7, 12 and 15. It denies when an active
/// one denies the purpose, at any depth. Pure.
[[nodiscard]] Consented read_consent(const fhir::r4::Node& consent, const ConsentQuestion& asked);

/// Whether the person of every accepted record consents: by a Consent in the record or one that was
/// exchanged between the same two before, the newest version of each. One that denies outweighs
/// all that permit. Blocking. Errors: store_failed, evidence_altered.
[[nodiscard]] base::Result<bool> all_consent(const Intake& intake, const Assessment& assessment,
                                             const agreements::Agreement& agreement,
                                             const Self& self, store::Store& store);

/// What is held of one person says, between the two; but for the Consents of the ids `newer`.
[[nodiscard]] base::Result<Consented> held_consent(const std::string& person,
                                                   std::string_view sender,
                                                   const ConsentQuestion& asked, const Self& self,
                                                   store::Store& store,
                                                   std::set<std::string> newer = {});

}  // namespace gateway::exchange
