#include "gateway/attest/witness.hpp"

#include <algorithm>

#include "gateway/evidence/add_checkpoint.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "gateway/evidence/hash_lines.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/note.hpp"

namespace gateway::attest {
namespace {

using base::Errc;

WitnessAnswer refused(Verdict verdict, int status, Errc code, std::string place,
                      base::Text expected)
{
    return {verdict, status, {}, {code, std::move(place), std::move(expected), {}}, {}};
}

WitnessAnswer moved(std::uint64_t size)
{
    return {Verdict::moved, 409, std::to_string(size) + '\n', {}, {}};
}

std::string in_words(const evidence::Checkpoint& checkpoint)
{
    return checkpoint.origin + ' ' + std::to_string(checkpoint.size) + ' ' +
           base::to_base64(base::view(checkpoint.root));
}

/// The note opened by one of the keys of its ledger, or how it is refused.
tl::expected<evidence::Checkpoint, WitnessAnswer> open(const std::string& note,
                                                       const std::vector<std::string>& ledgers)
{
    const auto origin = note.substr(0, note.find('\n'));
    bool known = false;
    base::Error last;
    for (const auto& vkey : ledgers) {
        if (vkey.substr(0, vkey.find('+')) != origin) {
            continue;
        }
        auto opened = evidence::open_checkpoint(note, vkey);
        if (opened) {
            return *std::move(opened);
        }
        known = true;
        last = opened.error();
    }
    if (!known) {
        return tl::unexpected(
            refused(Verdict::unknown, 404, Errc::not_found, "checkpoint origin",
                    {"una bitácora que aquí se atestigua", "a ledger that is witnessed here"}));
    }
    if (last.code == Errc::bad_signature) {
        return tl::unexpected(refused(Verdict::unsigned_, 403, Errc::not_permitted, last.where,
                                      {"la firma de la bitácora", "the ledger's signature"}));
    }
    return tl::unexpected(refused(Verdict::malformed, 400, Errc::malformed_request, last.where,
                                  std::move(last.expected)));
}

/// The root of a tree without leaves, which a ledger that was never cosigned grew from.
base::Digest empty_root()
{
    return base::sha256({});
}

std::string text_of(const base::Digest& root)
{
    return base::to_base64(base::view(root));
}

}  // namespace

Witness::Witness(store::Store& store, crypto::PrivateKey key, std::string name,
                 std::vector<std::string> ledgers)
    : store_(store),
      key_(std::move(key)),
      name_(std::move(name)),
      vkey_(evidence::witness_key(name_, key_)),
      ledgers_(std::move(ledgers))
{
}

base::Result<Witness> Witness::create(store::Store& store, crypto::PrivateKey key, std::string name,
                                      std::vector<std::string> ledgers)
{
    for (std::size_t i = 0; i < ledgers.size(); ++i) {
        const auto known = evidence::NoteKey::from(ledgers[i]);
        if (!known || known->type != evidence::NoteType::checkpoint) {
            return base::fail(Errc::unusable_key, "witnessed_ledgers[" + std::to_string(i) + "]",
                              {"la llave de una bitácora, nombre+identificador+llave",
                               "the key of a ledger, name+id+key"});
        }
    }
    return Witness(store, std::move(key), std::move(name), std::move(ledgers));
}

base::Result<WitnessAnswer> Witness::add_checkpoint(std::string_view body, base::Instant now) const
{
    const auto request = evidence::AddCheckpoint::from(body);
    if (!request) {
        return WitnessAnswer{Verdict::malformed, 400, {}, request.error(), {}};
    }
    const auto checkpoint = open(request->checkpoint, ledgers_);
    if (!checkpoint) {
        return checkpoint.error();
    }
    if (request->old_size > checkpoint->size) {
        return refused(
            Verdict::malformed, 400, Errc::malformed_request, "add-checkpoint, line 1",
            {"a lo más el tamaño del punto de control", "at most the size of the checkpoint"});
    }
    return judge(*checkpoint, request->checkpoint, request->old_size, request->proof, now);
}

// The store compares the size again as it writes: of two requests that were judged by the same
// last checkpoint one is cosigned, and the other told how far the first one went.
base::Result<WitnessAnswer> Witness::judge(const evidence::Checkpoint& checkpoint,
                                           const std::string& note, std::uint64_t old_size,
                                           const std::vector<base::Digest>& proof,
                                           base::Instant now) const
{
    const auto kept = store_.witnessed(vkey_, checkpoint.origin);
    if (!kept) {
        return base::Failure(kept.error());
    }
    const auto last = kept->value_or(store::WitnessedHead{0, text_of(empty_root()), {}});
    if (last.size != old_size) {
        return moved(last.size);
    }
    if (checkpoint.size == last.size && text_of(checkpoint.root) != last.root) {
        auto fork = moved(last.size);
        fork.verdict = Verdict::forked;
        fork.forked = in_words(checkpoint);
        return fork;
    }
    const auto grown_from = evidence::hash_in(last.root);
    if (!grown_from || !evidence::verify_consistency(old_size, checkpoint.size, *grown_from,
                                                     checkpoint.root, proof)) {
        auto fork = refused(Verdict::forked, 422, Errc::evidence_altered, "consistency proof",
                            {"que la bitácora sólo crezca", "a ledger that only grows"});
        fork.forked = in_words(checkpoint);
        return fork;
    }
    auto line = evidence::cosign(note, name_, key_, now);
    if (!line) {
        return base::Failure(line.error());
    }
    const auto advanced = store_.advance_witnessed(
        vkey_, checkpoint.origin, old_size, {checkpoint.size, text_of(checkpoint.root), note});
    if (!advanced) {
        return base::Failure(advanced.error());
    }
    if (*advanced) {
        return WitnessAnswer{Verdict::cosigned, 200, *std::move(line), {}, {}};
    }
    const auto other = store_.witnessed(vkey_, checkpoint.origin);
    if (!other) {
        return base::Failure(other.error());
    }
    return moved(*other ? (*other)->size : 0);
}

}  // namespace gateway::attest
