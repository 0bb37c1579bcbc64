#include "gateway/evidence/cosignature.hpp"

#include "gateway/evidence/note.hpp"

namespace gateway::evidence {
namespace {

constexpr std::size_t kTime = 8;  ///< bytes before the signature, big-endian

/// What is signed: no checkpoint reads like it, its second line is no size.
std::string statement(std::string_view text, std::uint64_t seconds)
{
    auto bytes = "cosignature/v1\ntime " + std::to_string(seconds) + '\n';
    return bytes.append(text);
}

std::string big_endian(std::uint64_t number)
{
    std::string bytes(kTime, '\0');
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8U) {
        *byte = static_cast<char>(number & 0xffU);
    }
    return bytes;
}

std::uint64_t from_big_endian(std::string_view bytes)
{
    std::uint64_t number = 0;
    for (const char byte : bytes) {
        number = number << 8U | static_cast<unsigned char>(byte);
    }
    return number;
}

base::Result<NoteKey> witness_from(std::string_view vkey)
{
    auto key = NoteKey::from(vkey);
    if (key && key->type != NoteType::cosignature) {
        return base::fail(base::Errc::unusable_key, "vkey",
                          {"la llave de un testigo", "a witness's key"});
    }
    return key;
}

}  // namespace

base::Result<std::string> cosign(std::string_view note, std::string_view name,
                                 const crypto::PrivateKey& key, base::Instant when)
{
    const auto parts = Note::from(note);
    if (!parts) {
        return base::Failure(parts.error());
    }
    const auto seconds = static_cast<std::uint64_t>(base::to_seconds(when));
    const auto signature = key.sign(statement(parts->text, seconds));
    if (!signature) {
        return base::Failure(signature.error());
    }
    return note_signature(name, NoteType::cosignature, key, big_endian(seconds) + *signature);
}

std::string witness_key(std::string_view name, const crypto::PrivateKey& key)
{
    return note_key_line(name, NoteType::cosignature, key);
}

std::optional<std::string> witness_name(std::string_view vkey)
{
    const auto key = witness_from(vkey);
    return key ? std::optional(key->name) : std::nullopt;
}

base::Result<std::optional<base::Instant>> cosigned_at(std::string_view note, std::string_view vkey)
{
    const auto key = witness_from(vkey);
    const auto parts = Note::from(note);
    if (!key || !parts) {
        return base::Failure(key ? parts.error() : key.error());
    }
    const auto signatures = parts->by(*key);
    if (!signatures) {
        return base::Failure(signatures.error());
    }
    std::optional<base::Instant> when;
    for (const std::string_view signature : *signatures) {
        const auto seconds = from_big_endian(signature.substr(0, kTime));
        constexpr std::uint64_t kLastSecond = 253'402'300'799;  // of the year 9999
        if (signature.size() <= kTime || seconds > kLastSecond ||
            !key->key.verify(crypto::Algorithm::eddsa, statement(parts->text, seconds),
                             signature.substr(kTime))) {
            return base::fail(base::Errc::bad_signature, "checkpoint",
                              {"la firma del testigo", "the witness's signature"});
        }
        when = base::from_seconds(static_cast<std::int64_t>(seconds));
    }
    return when;
}

}  // namespace gateway::evidence
