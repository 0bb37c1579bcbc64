#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::evidence {

/// The state of one ledger at a moment (C2SP tlog-checkpoint).
struct Checkpoint {
    std::string origin;  ///< "puente.example/ledger-1"
    std::uint64_t size = 0;
    base::Digest root{};
};

/// The C2SP signed note of a checkpoint, Ed25519: text, blank line, signature line.
[[nodiscard]] base::Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                                        const crypto::PrivateKey& key);

/// The verifier key line of a ledger: "origin+hash+base64(0x01||key)" (C2SP signed-note vkey).
[[nodiscard]] std::string verifier_key(std::string_view origin, const crypto::PrivateKey& key);

/// Checks the signature of the ledger's own key (other lines may be witnesses) and reads the note.
/// Errors: bad_signature, evidence_altered.
[[nodiscard]] base::Result<Checkpoint> open_checkpoint(std::string_view note,
                                                       std::string_view vkey);

}  // namespace gateway::evidence
