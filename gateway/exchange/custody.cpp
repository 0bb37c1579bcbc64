#include "gateway/exchange/custody.hpp"

#include <algorithm>
#include <set>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/package.hpp"
#include "gateway/exchange/leaf_proof.hpp"
#include "gateway/exchange/revocation.hpp"

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

/// The bytes of the document of that name; empty when there is none.
base::Result<std::string> document_in(const base::Result<std::vector<core::Document>>& documents,
                                      std::string_view name)
{
    if (!documents) {
        return base::Failure(documents.error());
    }
    const auto* document = find(*documents, name);
    return document == nullptr ? std::string{} : document->bytes;
}

/// The certificate each signed document was signed with, once, and the one the manifest will be
/// signed with: the gateway may have changed its key since.
base::Result<void> add_certificates(std::vector<core::Document>& documents,
                                    const crypto::Certificate& packer, store::Store& store)
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
    if (!added.contains(packer.x5t())) {
        documents.push_back({"certs/gateway-manifest.pem", packer.pem()});
    }
    return {};
}

/// What a receipt or a completion says.
template <class Claims>
base::Result<Claims> claims_in(std::string_view jws, std::string_view typ)
{
    const auto token = crypto::read_jws(jws, typ);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto document = fhir::r4::read_json(token->claims);
    if (!document) {
        return base::Failure(document.error());
    }
    return Claims::from(document->root());
}

/// The revocation lists that a receipt or completion names; its leaf, and what others say of it.
template <class Claims>
base::Result<void> add_leaf(const base::Result<Claims>& claims, const std::string& suffix,
                            std::vector<core::Document>& documents, const Self& self,
                            store::Store& store)
{
    if (!claims) {
        return base::Failure(claims.error());
    }
    if (auto added = add_lists(claims->crl, documents, store); !added) {
        return added;
    }
    return add_proofs(claims->log, suffix, documents, self, store);
}

constexpr std::size_t kRecordsInPart = 256;
constexpr std::string_view kRecordPages = "records.ndjson/";

base::Failure absent_payload()
{
    return base::fail(Errc::not_found, "payload",
                      {"un contenido conservado y no suprimido", "a payload kept and not erased"});
}

base::Result<std::string> open_blob(const store::Blob& blob, const Self& self)
{
    if (blob.sealed.wrapped_key.empty()) {
        return absent_payload();
    }
    std::string context = blob.exchange;
    context.append("/").append(blob.kind).append("/").append(std::to_string(blob.record));
    return crypto::open(self.master, blob.sealed, context);
}

}  // namespace

base::Result<Part> payload_part(std::string_view exchange, std::uint32_t after, const Self& self,
                                store::Store& store)
{
    auto whole = after == 0 ? payload_of(exchange, "fhir", self, store)
                            : base::Result<std::string>(absent_payload());
    if (whole) {
        return Part{*std::move(whole), 0, true};
    }
    if (whole.error().code != Errc::not_found) {
        return base::Failure(whole.error());
    }
    const auto blobs = store.list_blobs(exchange, "fhir", after, kRecordsInPart + 1);
    if (!blobs) {
        return base::Failure(blobs.error());
    }
    if (blobs->empty()) {
        return absent_payload();
    }
    Part part{{}, after, blobs->size() <= kRecordsInPart};
    for (std::size_t i = 0; i < std::min(blobs->size(), kRecordsInPart); ++i) {
        const auto& blob = (*blobs)[i];
        auto record = open_blob(blob, self);
        if (!record) {
            return base::Failure(record.error());
        }
        part.bytes.append(*record).push_back('\n');
        part.last_record = blob.record;
    }
    return part;
}

base::Result<std::string> record_of(std::string_view exchange, std::uint32_t record,
                                    const Self& self, store::Store& store)
{
    return payload_of(exchange, "fhir", self, store, record);
}

base::Result<std::string> payload_of(std::string_view exchange, std::string_view kind,
                                     const Self& self, store::Store& store, std::uint32_t record)
{
    const auto blob = store.find_blob(exchange, kind, record);
    if (!blob) {
        return base::Failure(blob.error());
    }
    return *blob ? open_blob(**blob, self) : absent_payload();
}

base::Result<std::string> bundle_of(const store::Resource& where, const Self& self,
                                    store::Store& store)
{
    auto payload = record_of(where.exchange, where.record, self, store);
    const bool among_others = !payload && payload.error().code == Errc::not_found;
    if (among_others) {  // one payload of many lines
        payload = payload_of(where.exchange, "fhir", self, store);
    }
    if (!payload) {
        return payload;
    }
    std::string_view line(*payload);
    for (std::uint32_t i = 0; among_others && i < where.record; ++i) {
        line.remove_prefix(std::min(line.find('\n') + 1, line.size()));
    }
    return std::string(line.substr(0, line.find('\n')));
}

core::Document page_of_records(std::size_t number, std::string lines)
{
    return {std::string(kRecordPages) + std::to_string(number), std::move(lines)};
}

void join_records(std::vector<core::Document>& documents)
{
    core::Document whole{"records.ndjson", {}};
    const auto is_page = [](const core::Document& document) {
        return document.name.starts_with(kRecordPages);
    };
    for (const auto& document : documents) {
        whole.bytes.append(is_page(document) ? document.bytes : std::string());
    }
    if (std::erase_if(documents, is_page) > 0) {
        documents.push_back(std::move(whole));
    }
}

base::Result<std::string> document_of(std::string_view exchange, std::string_view name,
                                      store::Store& store)
{
    const auto found = store.find_document(exchange, name);
    if (!found) {
        return base::Failure(found.error());
    }
    return found->value_or(std::string());
}

base::Result<std::string> records_of(std::string_view exchange, store::Store& store)
{
    auto documents = store.documents(exchange);
    if (documents) {
        join_records(*documents);
    }
    return document_in(documents, "records.ndjson");
}

std::string agreement_owner(std::string_view digest_hex)
{
    return "agreement/" + std::string(digest_hex);
}

std::string certificate_owner(std::string_view x5t)
{
    return "certificate/" + std::string(x5t);
}

std::string ledger_owner(std::string_view origin)
{
    return "ledger/" + std::string(origin);
}

base::Result<std::string> evidence_of(const core::Exchange& exchange, const Self& self,
                                      store::Store& store)
{
    auto documents = store.documents(exchange.id);
    if (!documents) {
        return base::Failure(documents.error());
    }
    join_records(*documents);
    if (!exchange.agreement_digest.empty()) {
        auto agreement = store.shared_documents(agreement_owner(exchange.agreement_digest));
        if (!agreement) {
            return base::Failure(agreement.error());
        }
        std::ranges::move(*agreement, std::back_inserter(*documents));
    }
    const auto pair = self.signing->get();
    if (auto added = add_certificates(*documents, pair->certificate, store); !added) {
        return base::Failure(added.error());
    }
    const auto* receipt = find(*documents, "receipt.jws");
    const auto place = claims_in<evidence::ReceiptClaims>(
        receipt == nullptr ? std::string_view{} : receipt->bytes, evidence::kReceiptTyp);
    if (auto added = add_leaf(place, "", *documents, self, store); !added) {
        return base::Failure(added.error());
    }
    if (const auto* completion = find(*documents, "completion.jws")) {
        const auto end =
            claims_in<evidence::CompletionClaims>(completion->bytes, evidence::kCompletionTyp);
        if (auto added = add_leaf(end, "-completion", *documents, self, store); !added) {
            return base::Failure(added.error());
        }
    }
    const evidence::Signer signer{&pair->key, &pair->certificate,
                                  pair->certificate.x5t().substr(0, 16)};
    return evidence::pack(*std::move(documents), signer);
}

}  // namespace gateway::exchange
