#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::evidence {

/// What an Ed25519 key signs (C2SP signed-note, "Signature types").
enum class NoteType : char { checkpoint = 1, cosignature = 4 };

/// A key that signs notes, read from its line "name+id+base64(type || key)" (C2SP vkey).
struct NoteKey {
    std::string name;
    NoteType type;
    std::string id;  ///< 4 bytes
    crypto::PublicKey key;

    /// Errors: unusable_key.
    [[nodiscard]] static base::Result<NoteKey> from(std::string_view vkey);
};

/// The line of a private key. Empty for a key that is not Ed25519.
[[nodiscard]] std::string note_key_line(std::string_view name, NoteType type,
                                        const crypto::PrivateKey& key);

/// A C2SP signed note in its two parts, views into it.
///
/// Errors: evidence_altered for what is no note: no blank line, control characters, no UTF-8, more
///         than 64 KiB.
struct Note {
    std::string_view text;        ///< with its last newline
    std::string_view signatures;  ///< whole lines

    [[nodiscard]] static base::Result<Note> from(std::string_view bytes);
    /// What stands in the lines of that key; lines of others are passed over. Errors:
    /// evidence_altered for a line that is none.
    [[nodiscard]] base::Result<std::vector<std::string>> by(const NoteKey& key) const;
};

/// The line "— name base64(id || signature)", with its newline. Errors: unusable_key for a key that
/// is not Ed25519; malformed_config for a name that is not plain.
[[nodiscard]] base::Result<std::string> note_signature(std::string_view name, NoteType type,
                                                       const crypto::PrivateKey& key,
                                                       std::string_view signature);

}  // namespace gateway::evidence
