#include "gateway/exchange/leaf_proof.hpp"

#include <algorithm>

#include "gateway/evidence/proof_file.hpp"
#include "gateway/exchange/custody.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

/// The key another node of this database left for its ledger; empty when there is none.
base::Result<std::string> verifier_key_of(const std::string& origin, store::Store& store)
{
    const auto shared = store.shared_documents(ledger_owner(origin));
    if (!shared) {
        return base::Failure(shared.error());
    }
    const auto found = std::ranges::find(*shared, kVerifierKey, &core::Document::name);
    return found == shared->end() ? std::string() : found->bytes;
}

/// A ledger that can be read here, and the key its checkpoints are opened with.
struct Ledger {
    std::unique_ptr<store::LedgerReader> other;  ///< null: this node's own, the store itself
    std::string vkey;
};

/// This node's ledger, or that of another node of the same database.
base::Result<Ledger> ledger_of(const std::string& origin, const Self& self, store::Store& store)
{
    if (origin == self.ledger_origin) {
        return Ledger{nullptr, self.ledger_vkey};
    }
    auto other = store.ledger_of(origin);
    auto key = verifier_key_of(origin, store);
    if (!key) {
        return base::Failure(key.error());
    }
    if (other == nullptr || key->empty()) {
        return base::fail(
            Errc::not_found, "ledger",
            {"la bitácora de un nodo de este almacén", "the ledger of a node of this store"});
    }
    return Ledger{std::move(other), *std::move(key)};
}

/// The leaf's proof against the first checkpoint that an authority stamped, and the token; nothing
/// when there is none yet.
base::Result<void> add_timestamp(std::uint64_t index, const std::string& stem, const Ledger& ledger,
                                 store::LedgerReader& reader,
                                 std::vector<core::Document>& documents)
{
    auto stamped = reader.timestamp_covering(index);
    if (!stamped || !*stamped) {
        return stamped ? base::Result<void>() : base::Failure(stamped.error());
    }
    const auto checkpoint = evidence::open_checkpoint((*stamped)->note, ledger.vkey);
    if (!checkpoint) {
        return base::Failure(checkpoint.error());
    }
    auto proof = proof_text(index, (*stamped)->note, *checkpoint, reader);
    if (!proof) {
        return base::Failure(proof.error());
    }
    documents.push_back({stem + ".tlog-proof", *std::move(proof)});
    documents.push_back({stem + ".tst", std::move((*stamped)->token)});
    return {};
}

/// The leaf's proof against the first checkpoint that a witness cosigned; nothing when there is
/// none yet.
base::Result<void> add_witnessed(std::uint64_t index, const std::string& name, const Ledger& ledger,
                                 store::LedgerReader& reader,
                                 std::vector<core::Document>& documents)
{
    const auto note = reader.cosigned_covering(index);
    if (!note || note->empty()) {
        return note ? base::Result<void>() : base::Failure(note.error());
    }
    const auto checkpoint = evidence::open_checkpoint(*note, ledger.vkey);
    if (!checkpoint) {
        return base::Failure(checkpoint.error());
    }
    auto proof = proof_text(index, *note, *checkpoint, reader);
    if (!proof) {
        return base::Failure(proof.error());
    }
    documents.push_back({name, *std::move(proof)});
    return {};
}

}  // namespace

base::Result<std::string> proof_text(std::uint64_t index, const std::string& note,
                                     const evidence::Checkpoint& checkpoint,
                                     store::LedgerReader& reader)
{
    const auto tiles = [&reader](std::uint32_t level, std::uint64_t tile) {
        return reader.tile(level, tile);
    };
    auto hashes = evidence::inclusion_proof(index, checkpoint.size, tiles);
    if (!hashes) {
        return base::Failure(hashes.error());
    }
    return evidence::ProofFile{.index = index, .hashes = *std::move(hashes), .checkpoint = note}
        .to_text();
}

base::Result<void> add_proofs(const evidence::LogClaim& place, const std::string& suffix,
                              std::vector<core::Document>& documents, const Self& self,
                              store::Store& store)
{
    const auto ledger = ledger_of(place.origin, self, store);
    if (!ledger) {
        return base::Failure(ledger.error());
    }
    store::LedgerReader& reader = ledger->other == nullptr ? store : *ledger->other;
    const auto index = place.index;
    const auto leaves = reader.leaves(index, 1);
    const auto note = reader.checkpoint_covering(index);
    if (!leaves || !note) {
        return base::Failure(leaves ? note.error() : leaves.error());
    }
    const auto checkpoint = evidence::open_checkpoint(*note, ledger->vkey);
    if (leaves->empty() || (!note->empty() && !checkpoint)) {
        return base::fail(Errc::ledger_inconsistent, "leaf " + std::to_string(index),
                          {"la hoja y un punto de control de esta bitácora",
                           "the leaf and a checkpoint of this ledger"});
    }
    if (note->empty() || checkpoint->size <= index) {
        return base::fail(
            Errc::overloaded, "checkpoint",
            {"el punto de control del próximo segundo", "the checkpoint of the next second"});
    }
    auto proof = proof_text(index, *note, *checkpoint, reader);
    if (!proof) {
        return base::Failure(proof.error());
    }
    documents.push_back({"leaf" + suffix + ".json", leaves->front().bytes});
    documents.push_back({"leaf" + suffix + ".tlog-proof", *std::move(proof)});
    if (auto stamped = add_timestamp(index, "timestamp" + suffix, *ledger, reader, documents);
        !stamped) {
        return stamped;
    }
    return add_witnessed(index, "witnessed" + suffix + ".tlog-proof", *ledger, reader, documents);
}

}  // namespace gateway::exchange
