#pragma once

#include <cstdint>
#include <string>

#include "fhir_models/base/time.hpp"

namespace gateway::core {

/// The closed list of what is audited (IHE BALP names in audit/events).
enum class AuditKind : std::uint8_t {
    received,
    rejected,
    delivered,
    refused_by_receiver,
    read,
    search,
    denied,
    administered,
    ledger_forked
};

/// One audit event: who did what, when, from where, for which purpose and why (Ley del Seguro
/// Social 111 A). `person` is a keyed hash, never an identifier.
struct AuditEvent {
    std::string id;  ///< UUIDv7
    AuditKind kind = AuditKind::received;
    base::Instant when;
    std::string agent;          ///< institution URN
    std::string address;        ///< where from
    std::string purpose;        ///< v3-ActReason code
    std::string justification;  ///< as stated by the caller
    std::string agreement;      ///< "id|version", or empty
    std::string exchange;       ///< id, or empty
    std::string person;         ///< HMAC of the person's key, hex; or empty
    std::string outcome;        ///< "PU-0000" when done, else the catalogue id
    std::string entity;         ///< what was touched: "Patient/…", "POST /exchanges"
    std::string decision = {};  ///< each clause judged, one a line: "basis permit LB64-V",
                                ///< "fields filter Patient.address"; or empty
};

}  // namespace gateway::core
