#include "gateway/evidence/checkpoint.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "fhir_models/base/text.hpp"

namespace gateway::evidence {
namespace {

using base::Errc;

constexpr char kEd25519 = '\1';  ///< signature type of C2SP signed-note
constexpr std::size_t kKeyId = 4;
constexpr std::size_t kRawKey = 32;
constexpr std::size_t kLargestNote = 64U << 10U;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  ///< em dash and blank

struct VerifierKey {
    std::string_view name;
    std::string id;
    crypto::PublicKey key;
};

/// Printable ASCII without blanks and plus signs: what a key name and an origin may be here.
bool is_name(std::string_view name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
}

std::string key_id(std::string_view name, std::string_view raw_key)
{
    auto input = std::string(name);
    input += '\n';
    input += kEd25519;
    input += raw_key;
    const auto digest = base::sha256(input);
    return std::string(base::view(digest).substr(0, kKeyId));
}

base::Failure altered(std::string place, base::Text expected)
{
    return base::fail(Errc::evidence_altered, std::move(place), std::move(expected));
}

base::Result<VerifierKey> read_vkey(std::string_view vkey)
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
    if (!is_name(name) || !id || !typed_key || typed_key->size() != 1 + kRawKey ||
        typed_key->front() != kEd25519) {
        return bad();
    }
    const auto raw_key = typed_key->substr(1);
    auto key = crypto::PublicKey::from_raw_ed25519(raw_key);
    if (*id != key_id(name, raw_key) || !key) {
        return bad();
    }
    return VerifierKey{name, *id, *std::move(key)};
}

bool is_text(std::string_view note)
{
    return base::find_invalid_utf8(note) == std::string_view::npos &&
           std::ranges::none_of(note, [](char c) { return c >= '\0' && c < ' ' && c != '\n'; });
}

/// The signature in a line "— name base64(id || signature)" by `key`; nothing for other keys.
std::optional<std::string> signature_by(const VerifierKey& key, std::string_view line)
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

/// Every signature of the key must be right, and there must be one.
base::Result<void> check_signatures(const VerifierKey& key, std::string_view text,
                                    std::string_view signatures)
{
    bool is_signed = false;
    while (!signatures.empty()) {
        const auto end = signatures.find('\n');
        const auto line = signatures.substr(0, end);
        if (end == std::string_view::npos || !line.starts_with(kDash)) {
            return altered("checkpoint", {"una línea de firma", "a signature line"});
        }
        signatures.remove_prefix(end + 1);
        const auto signature = signature_by(key, line);
        if (!signature) {
            continue;
        }
        if (!key.key.verify(crypto::Algorithm::eddsa, text, *signature)) {
            return base::fail(Errc::bad_signature, "checkpoint",
                              {"la firma del libro", "the ledger's signature"});
        }
        is_signed = true;
    }
    if (!is_signed) {
        return base::fail(Errc::bad_signature, "checkpoint",
                          {"una firma del libro", "a signature by the ledger"});
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
    const auto root = base::from_base64(lines[2]);
    Checkpoint checkpoint{std::string(lines[0]), *size, {}};
    if (!root || root->size() != checkpoint.root.size()) {
        return altered("checkpoint root", {"32 bytes en base64", "32 bytes in base64"});
    }
    std::ranges::copy(*root, checkpoint.root.begin());
    return checkpoint;
}

}  // namespace

base::Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                          const crypto::PrivateKey& key)
{
    const auto raw_key = key.raw_public();
    if (raw_key.size() != kRawKey) {
        return base::fail(Errc::unusable_key, "ledger key", {"Ed25519", "Ed25519"});
    }
    if (!is_name(checkpoint.origin)) {
        return base::fail(Errc::malformed_config, "ledger origin",
                          {"ASCII sin blancos ni +", "ASCII without blanks and +"});
    }
    auto note = checkpoint.origin + '\n' + std::to_string(checkpoint.size) + '\n' +
                base::to_base64(base::view(checkpoint.root)) + '\n';
    const auto signature = key.sign(note, crypto::Algorithm::eddsa);
    if (!signature) {
        return base::Failure(signature.error());
    }
    note += '\n';
    note.append(kDash).append(checkpoint.origin) += ' ';
    note += base::to_base64(key_id(checkpoint.origin, raw_key) + *signature) + '\n';
    return note;
}

std::string verifier_key(std::string_view origin, const crypto::PrivateKey& key)
{
    const auto raw_key = key.raw_public();
    return std::string(origin) + '+' + base::to_hex(key_id(origin, raw_key)) + '+' +
           base::to_base64(kEd25519 + raw_key);
}

base::Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view vkey)
{
    const auto key = read_vkey(vkey);
    if (!key) {
        return base::Failure(key.error());
    }
    const auto blank_line = note.rfind("\n\n");
    if (note.size() > kLargestNote || blank_line == std::string_view::npos || !is_text(note)) {
        return altered("checkpoint", {"una nota firmada (C2SP)", "a signed note (C2SP)"});
    }
    const auto text = note.substr(0, blank_line + 1);
    auto is_signed = check_signatures(*key, text, note.substr(blank_line + 2));
    if (!is_signed) {
        return base::Failure(std::move(is_signed).error());
    }
    auto checkpoint = read_text(text);
    if (checkpoint && checkpoint->origin != key->name) {
        return altered("checkpoint origin",
                       {"el nombre de la llave del libro", "the name of the ledger's key"});
    }
    return checkpoint;
}

}  // namespace gateway::evidence
