#include "gateway/evidence/checkpoint.hpp"

#include <algorithm>
#include <vector>

#include "fhir_models/base/text.hpp"
#include "gateway/evidence/hash_lines.hpp"
#include "gateway/evidence/note.hpp"

namespace gateway::evidence {
namespace {

using base::Errc;

base::Failure altered(std::string place, base::Text expected)
{
    return base::fail(Errc::evidence_altered, std::move(place), std::move(expected));
}

/// Every signature of the key must be right, and there must be one.
base::Result<void> check_signatures(const NoteKey& key, const Note& note)
{
    const auto signatures = note.by(key);
    if (!signatures) {
        return base::Failure(signatures.error());
    }
    if (signatures->empty()) {
        return base::fail(Errc::bad_signature, "checkpoint",
                          {"una firma del libro", "a signature by the ledger"});
    }
    for (const auto& signature : *signatures) {
        if (!key.key.verify(crypto::Algorithm::eddsa, note.text, signature)) {
            return base::fail(Errc::bad_signature, "checkpoint",
                              {"la firma del libro", "the ledger's signature"});
        }
    }
    return {};
}

base::Result<Checkpoint> read_text(std::string_view text)
{
    text.remove_suffix(1);  // the last newline: lines, not ends
    const auto lines = base::split(text, '\n');
    if (lines.size() < 3 || std::ranges::any_of(lines, &std::string_view::empty)) {
        return altered("checkpoint", {"origen, tamaño y raíz", "origin, size and root"});
    }
    const auto size = base::to_size(lines[1]);
    if (!size || (lines[1].size() > 1 && lines[1].front() == '0')) {
        return altered("checkpoint size", {"un número decimal", "a decimal number"});
    }
    const auto root = hash_in(lines[2]);
    if (!root) {
        return altered("checkpoint root", {"32 bytes en base64", "32 bytes in base64"});
    }
    return Checkpoint{std::string(lines[0]), *size, *root};
}

}  // namespace

base::Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                          const crypto::PrivateKey& key)
{
    auto text = checkpoint.origin + '\n' + std::to_string(checkpoint.size) + '\n' +
                base::to_base64(base::view(checkpoint.root)) + '\n';
    const auto signature = key.sign(text);
    if (!signature) {
        return base::Failure(signature.error());
    }
    const auto line = note_signature(checkpoint.origin, NoteType::checkpoint, key, *signature);
    if (!line) {
        return base::Failure(line.error());
    }
    return text + '\n' + *line;
}

std::string verifier_key(std::string_view origin, const crypto::PrivateKey& key)
{
    return note_key_line(origin, NoteType::checkpoint, key);
}

base::Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view vkey)
{
    const auto key = NoteKey::from(vkey);
    if (!key) {
        return base::Failure(key.error());
    }
    if (key->type != NoteType::checkpoint) {
        return base::fail(Errc::unusable_key, "vkey", {"la llave de un libro", "a ledger's key"});
    }
    const auto parts = Note::from(note);
    if (!parts) {
        return base::Failure(parts.error());
    }
    if (auto is_signed = check_signatures(*key, *parts); !is_signed) {
        return base::Failure(std::move(is_signed).error());
    }
    auto checkpoint = read_text(parts->text);
    if (checkpoint && checkpoint->origin != key->name) {
        return altered("checkpoint origin",
                       {"el nombre de la llave del libro", "the name of the ledger's key"});
    }
    return checkpoint;
}

}  // namespace gateway::evidence
