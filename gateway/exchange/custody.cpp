#include "gateway/exchange/custody.hpp"

#include <algorithm>
#include <set>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/package.hpp"
#include "gateway/evidence/proof_file.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

/// The typ of each signed document of an exchange.
struct Signed {
    std::string_view name;
    std::string_view typ;
    std::string_view certificate;  ///< its file in the tar
};

constexpr std::array kSigned{
    Signed{"request.jws", evidence::kRequestTyp, "certs/sender.pem"},
    Signed{"receipt.jws", evidence::kReceiptTyp, "certs/gateway.pem"},
    Signed{"delivery.jws", evidence::kDeliveryTyp, "certs/receiver.pem"},
    Signed{"completion.jws", evidence::kCompletionTyp, "certs/gateway-completion.pem"},
};

const core::Document* find(const std::vector<core::Document>& documents, std::string_view name)
{
    const auto found = std::ranges::find(documents, name, &core::Document::name);
    return found == documents.end() ? nullptr : &*found;
}

/// The certificate each signed document was signed with, once.
base::Result<void> add_certificates(std::vector<core::Document>& documents, store::Store& store)
{
    std::set<std::string> added;
    for (const auto& row : kSigned) {
        const auto* document = find(documents, row.name);
        if (document == nullptr) {
            continue;
        }
        const auto token = crypto::read_jws(document->bytes, row.typ);
        if (!token) {
            return base::Failure(token.error());
        }
        if (!added.insert(token->header.x5t_s256).second) {
            continue;
        }
        auto shared = store.shared_documents(certificate_owner(token->header.x5t_s256));
        if (!shared) {
            return base::Failure(shared.error());
        }
        for (auto& certificate : *shared) {
            documents.push_back({std::string(row.certificate), std::move(certificate.bytes)});
        }
    }
    return {};
}

/// The index a completion claims, from its own claims.
base::Result<std::uint64_t> completion_index(std::string_view jws)
{
    const auto token = crypto::read_jws(jws, evidence::kCompletionTyp);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto document = fhir::r4::read_json(token->claims);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto claims = evidence::CompletionClaims::from(document->root());
    if (!claims) {
        return base::Failure(claims.error());
    }
    return claims->log.index;
}

/// A leaf, and its proof against the first checkpoint that covers it.
base::Result<void> add_leaf(std::uint64_t index, const std::string& stem,
                            std::vector<core::Document>& documents, const Self& self,
                            store::Store& store)
{
    const auto leaves = store.leaves(index, 1);
    const auto note = store.checkpoint_covering(index);
    if (!leaves || !note) {
        return base::Failure(leaves ? note.error() : leaves.error());
    }
    const auto checkpoint = evidence::open_checkpoint(*note, self.ledger_vkey);
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
    const auto tiles = [&store](std::uint32_t level, std::uint64_t tile) {
        return store.tile(level, tile);
    };
    auto hashes = evidence::inclusion_proof(index, checkpoint->size, tiles);
    if (!hashes) {
        return base::Failure(hashes.error());
    }
    const evidence::ProofFile proof{
        .index = index, .hashes = *std::move(hashes), .checkpoint = *note};
    documents.push_back({stem + ".json", leaves->front().bytes});
    documents.push_back({stem + ".tlog-proof", proof.to_text()});
    return {};
}

}  // namespace

base::Result<std::string> payload_of(std::string_view exchange, std::string_view kind,
                                     const Self& self, store::Store& store)
{
    const auto blob = store.find_blob(exchange, kind, 0);
    if (!blob) {
        return base::Failure(blob.error());
    }
    if (!*blob || (*blob)->sealed.wrapped_key.empty()) {
        return base::fail(
            Errc::not_found, "payload",
            {"un contenido conservado y no suprimido", "a payload kept and not erased"});
    }
    std::string context(exchange);
    context.append("/").append(kind).append("/0");
    return crypto::open(self.master, (*blob)->sealed, context);
}

base::Result<std::string> document_of(std::string_view owner, std::string_view name,
                                      store::Store& store)
{
    auto documents = store.documents(owner);
    if (!documents) {
        return base::Failure(documents.error());
    }
    const auto* document = find(*documents, name);
    return document == nullptr ? std::string{} : document->bytes;
}

std::string agreement_owner(std::string_view digest_hex)
{
    return "agreement/" + std::string(digest_hex);
}

std::string certificate_owner(std::string_view x5t)
{
    return "certificate/" + std::string(x5t);
}

base::Result<std::string> evidence_of(const core::Exchange& exchange, const Self& self,
                                      store::Store& store)
{
    auto documents = store.documents(exchange.id);
    if (!documents) {
        return base::Failure(documents.error());
    }
    if (!exchange.agreement_digest.empty()) {
        auto agreement = store.shared_documents(agreement_owner(exchange.agreement_digest));
        if (!agreement) {
            return base::Failure(agreement.error());
        }
        std::ranges::move(*agreement, std::back_inserter(*documents));
    }
    if (auto added = add_certificates(*documents, store); !added) {
        return base::Failure(added.error());
    }
    if (auto added = add_leaf(exchange.ledger_index, "leaf", *documents, self, store); !added) {
        return base::Failure(added.error());
    }
    if (const auto* completion = find(*documents, "completion.jws")) {
        const auto index = completion_index(completion->bytes);
        if (!index) {
            return base::Failure(index.error());
        }
        if (auto added = add_leaf(*index, "leaf-completion", *documents, self, store); !added) {
            return base::Failure(added.error());
        }
    }
    const evidence::Signer signer{&self.signing_key, &self.signing_certificate,
                                  self.signing_certificate.x5t().substr(0, 16)};
    return evidence::pack(*std::move(documents), signer);
}

}  // namespace gateway::exchange
