#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir_models/base/time.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::evidence {

/// The line with which a witness says: at this moment this note's checkpoint was the largest of its
/// ledger that I saw, and consistent with all before. `when` counts whole seconds.
///
/// Errors: evidence_altered for what is no note; unusable_key.
/// Source: C2SP tlog-cosignature, Ed25519 ("cosignature/v1").
[[nodiscard]] base::Result<std::string> cosign(std::string_view note, std::string_view name,
                                               const crypto::PrivateKey& key, base::Instant when);

/// The verifier key line of a witness: "name+hash+base64(0x04||key)".
[[nodiscard]] std::string witness_key(std::string_view name, const crypto::PrivateKey& key);

/// The name in a witness's verifier key; nothing when it is none. A ledger's is none.
[[nodiscard]] std::optional<std::string> witness_name(std::string_view vkey);

/// When that witness cosigned the note; nothing when no line is its. Lines of others are passed
/// over. Errors: unusable_key, evidence_altered; bad_signature when a line of its is not right.
[[nodiscard]] base::Result<std::optional<base::Instant>> cosigned_at(std::string_view note,
                                                                     std::string_view vkey);

}  // namespace gateway::evidence
