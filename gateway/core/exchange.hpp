#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir_models/base/time.hpp"

namespace gateway::core {

/// Where an exchange stands. Nothing goes back: a correction is a new, linked exchange.
///
///     open -> accepted, rejected    a load while its rows are worked on; nothing is promised yet
///     rejected                      refused after the sender was known; signed, final
///     accepted -> completed         the receiver countersigned (or its TLS answer stands for it)
///     accepted -> dead              attempts used up; `exchange replay` makes it accepted again
enum class State : std::uint8_t { rejected, accepted, completed, dead, open };

[[nodiscard]] std::string_view to_text(State state) noexcept;
[[nodiscard]] std::optional<State> state_from(std::string_view text) noexcept;

/// One exchange as it is kept and listed. Holds no personal data.
struct Exchange {
    std::string id;                ///< UUIDv7
    std::string jti;               ///< the sender's own id of the request: unique per sender
    std::string sender;            ///< institution URN, "urn:puente:institution:hgz-1"
    std::string receiver;          ///< the same; empty when no agreement was found
    std::string agreement;         ///< "id|version"
    std::string agreement_digest;  ///< SHA-256 of the agreement's bytes, hex
    std::string purpose;           ///< v3-ActReason code
    std::string media_type;
    std::string profile;  ///< package and profile: "hl7.v2-to-fhir|1.0.0 ADT_A01"
    State state = State::accepted;
    std::string code;  ///< catalogue id when rejected or dead: "PU-3002"
    base::Instant received;
    std::string in_digest;    ///< SHA-256 of the bytes received, hex
    std::string out_digest;   ///< SHA-256 of the FHIR bytes delivered, hex; empty when rejected
    std::string request_key;  ///< what a repeated jti must match: SHA-256 over sender's request and
                              ///< bytes, hex
    std::uint64_t ledger_index = 0;
    std::string ledger;         ///< origin of the ledger it stands in; of an open load: its node's
    std::string strength;       ///< "institution" (JWS) or "transport"
    std::uint32_t records = 0;  ///< records in the submission
    std::uint32_t refused = 0;  ///< of them refused
};

/// A signed or public document of an exchange, as it goes into the evidence: no payloads.
struct Document {
    std::string name;  ///< "request.jws", "receipt.jws", "delivery.jws", "completion.jws",
                       ///< "outcome.json", ...
    std::string bytes;
};

/// A UUIDv7 (RFC 9562): time-ordered, random otherwise.
[[nodiscard]] std::string new_id(base::Instant now);

/// Lower than the id of every exchange received since: a UUIDv7 begins with its milliseconds.
[[nodiscard]] std::string first_id_of(base::Instant moment);

}  // namespace gateway::core
