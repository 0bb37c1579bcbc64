#include "gateway/evidence/note.hpp"

#include <algorithm>
#include <optional>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"

namespace gateway::evidence {
namespace {

using base::Errc;

constexpr std::size_t kKeyId = 4;
constexpr std::size_t kRawKey = 32;
constexpr std::size_t kLargestNote = 64U << 10U;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  ///< em dash and blank

/// Printable ASCII without blanks and plus signs: what a key name and an origin may be here.
bool is_name(std::string_view name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
}

std::string key_id(std::string_view name, NoteType type, std::string_view raw_key)
{
    auto input = std::string(name);
    input += '\n';
    input += static_cast<char>(type);
    input += raw_key;
    const auto digest = base::sha256(input);
    return std::string(base::view(digest).substr(0, kKeyId));
}

bool is_text(std::string_view note)
{
    return base::find_invalid_utf8(note) == std::string_view::npos &&
           std::ranges::none_of(note, [](char c) { return c >= '\0' && c < ' ' && c != '\n'; });
}

/// The signature in a line "— name base64(id || signature)" by `key`; nothing for other keys.
std::optional<std::string> signature_by(const NoteKey& key, std::string_view line)
{
    line.remove_prefix(kDash.size());
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || line.substr(0, blank) != key.name) {
        return std::nullopt;
    }
    const auto bytes = base::from_base64(line.substr(blank + 1));
    if (!bytes || !bytes->starts_with(key.id)) {
        return std::nullopt;
    }
    return bytes->substr(kKeyId);
}

}  // namespace

base::Result<NoteKey> NoteKey::from(std::string_view vkey)
{
    const auto bad = [] {
        return base::fail(Errc::unusable_key, "vkey",
                          {"nombre+identificador+llave Ed25519 (C2SP signed-note)",
                           "name+id+Ed25519 key (C2SP signed-note)"});
    };
    const auto name_end = vkey.find('+');
    const auto id_end =
        name_end == std::string_view::npos ? name_end : vkey.find('+', name_end + 1);
    if (id_end == std::string_view::npos) {
        return bad();
    }
    const auto name = vkey.substr(0, name_end);
    const auto id = base::from_hex(vkey.substr(name_end + 1, id_end - name_end - 1));
    const auto typed_key = base::from_base64(vkey.substr(id_end + 1));
    if (!is_name(name) || !id || !typed_key || typed_key->size() != 1 + kRawKey) {
        return bad();
    }
    const auto type = static_cast<NoteType>(typed_key->front());
    const auto raw_key = std::string_view(*typed_key).substr(1);
    auto key = crypto::PublicKey::from_raw_ed25519(raw_key);
    const bool known = type == NoteType::checkpoint || type == NoteType::cosignature;
    if (!known || *id != key_id(name, type, raw_key) || !key) {
        return bad();
    }
    return NoteKey{std::string(name), type, *id, *std::move(key)};
}

std::string note_key_line(std::string_view name, NoteType type, const crypto::PrivateKey& key)
{
    const auto raw_key = key.raw_public();
    return raw_key.empty() ? std::string()
                           : std::string(name) + '+' + base::to_hex(key_id(name, type, raw_key)) +
                                 '+' + base::to_base64(static_cast<char>(type) + raw_key);
}

base::Result<Note> Note::from(std::string_view bytes)
{
    const auto blank_line = bytes.rfind("\n\n");
    if (bytes.size() > kLargestNote || blank_line == std::string_view::npos || !is_text(bytes)) {
        return base::fail(Errc::evidence_altered, "checkpoint",
                          {"una nota firmada (C2SP)", "a signed note (C2SP)"});
    }
    return Note{bytes.substr(0, blank_line + 1), bytes.substr(blank_line + 2)};
}

base::Result<std::vector<std::string>> Note::by(const NoteKey& key) const
{
    std::vector<std::string> found;
    for (auto lines = signatures; !lines.empty();) {
        const auto end = lines.find('\n');
        const auto line = lines.substr(0, end);
        if (end == std::string_view::npos || !line.starts_with(kDash)) {
            return base::fail(Errc::evidence_altered, "checkpoint",
                              {"una línea de firma", "a signature line"});
        }
        lines.remove_prefix(end + 1);
        if (auto signature = signature_by(key, line)) {
            found.push_back(*std::move(signature));
        }
    }
    return found;
}

base::Result<std::string> note_signature(std::string_view name, NoteType type,
                                         const crypto::PrivateKey& key, std::string_view signature)
{
    const auto raw_key = key.raw_public();
    if (raw_key.size() != kRawKey) {
        return base::fail(Errc::unusable_key, "ledger key", {"Ed25519", "Ed25519"});
    }
    if (!is_name(name)) {
        return base::fail(Errc::malformed_config, "ledger origin",
                          {"ASCII sin blancos ni +", "ASCII without blanks and +"});
    }
    std::string line(kDash);
    line.append(name) += ' ';
    return line + base::to_base64(key_id(name, type, raw_key).append(signature)) + '\n';
}

}  // namespace gateway::evidence
