#include "gateway/evidence/package.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/embedded.hpp"
#include "gateway/evidence/manifest.hpp"
#include "gateway/evidence/tar.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kReceipt = "receipt.jws";
constexpr std::string_view kCompletion = "completion.jws";

const core::Document* find(const std::vector<core::Document>& documents, std::string_view name)
{
    const auto found = std::ranges::find(documents, name, &core::Document::name);
    return found == documents.end() ? nullptr : &*found;
}

/// The claims of a document the gateway itself signed and stored.
template <class Claims>
base::Result<Claims> own_claims(const core::Document& document, std::string_view typ)
{
    const auto token = crypto::read_jws(document.bytes, typ);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto json = fhir::r4::read_json(token->claims);
    if (!json) {
        return base::Failure(json.error());
    }
    return Claims::from(json->root());
}

/// What `sha256sum` prints of the payloads, so that their holder can check them.
std::string digest_lines(const ReceiptClaims& receipt)
{
    const auto line = [](std::string_view claim, std::string_view name) {
        const auto base64url = claim.substr(claim.find(':') + 1);
        const auto bytes = base::from_base64url(base64url).value_or("");
        return bytes.empty() ? std::string()
                             : base::to_hex(bytes) + "  " + std::string(name) + '\n';
    };
    return line(receipt.in, "source") + line(receipt.out, "fhir");
}

/// The last moment the documents tell of, but not before the certificate began.
base::Result<std::int64_t> moment_of(const std::vector<core::Document>& documents,
                                     const ReceiptClaims& receipt,
                                     const crypto::Certificate& certificate)
{
    auto moment = std::max(receipt.iat, base::to_seconds(certificate.not_before()));
    if (const auto* document = find(documents, kCompletion)) {
        const auto completion = own_claims<CompletionClaims>(*document, kCompletionTyp);
        if (!completion) {
            return base::Failure(completion.error());
        }
        moment = std::max(moment, completion->iat);
    }
    return moment;
}

}  // namespace

base::Result<std::string> pack(std::vector<core::Document> documents, const Signer& signer)
{
    const auto* receipt_jws = find(documents, kReceipt);
    if (receipt_jws == nullptr) {
        return base::fail(base::Errc::evidence_altered, std::string(kReceipt),
                          {"el recibo", "the receipt"});
    }
    const auto receipt = own_claims<ReceiptClaims>(*receipt_jws, kReceiptTyp);
    if (!receipt) {
        return base::Failure(receipt.error());
    }
    const auto moment = moment_of(documents, *receipt, *signer.certificate);
    if (!moment) {
        return base::Failure(moment.error());
    }
    documents.push_back({"digests.txt", digest_lines(*receipt)});
    documents.push_back({"README.txt", std::string(kReadme)});
    documents.push_back({"verify.sh", std::string(kVerifyScript)});
    std::ranges::sort(documents, {}, &core::Document::name);

    ManifestClaims manifest{signer.certificate->uri(), *moment, {}};
    for (const auto& [name, bytes] : documents) {
        manifest.files.push_back({name, bytes.size(), digest_claim(bytes)});
    }
    const crypto::JwsHeader header{signer.key->algorithm(), std::string(kManifestTyp), signer.kid,
                                   signer.certificate->x5t()};
    auto token = crypto::sign_jws(*signer.key, header, manifest.to_json());
    if (!token) {
        return base::Failure(std::move(token).error());
    }
    documents.push_back({std::string(kManifestName), *std::move(token)});
    return write_tar(std::move(documents));
}

base::Result<std::vector<core::Document>> unpack(std::string_view tar)
{
    return read_tar(tar);
}

}  // namespace gateway::evidence
