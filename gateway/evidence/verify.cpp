#include "gateway/evidence/verify.hpp"

#include <algorithm>
#include <set>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/manifest.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/tar.hpp"
#include "gateway/evidence/verifier.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kRequest = "request.jws";
constexpr std::string_view kReceipt = "receipt.jws";
constexpr std::string_view kDelivery = "delivery.jws";
constexpr std::string_view kCompletion = "completion.jws";
constexpr std::string_view kAgreement = "agreement.json";
constexpr std::string_view kOutcome = "outcome.json";
constexpr std::string_view kRecords = "records.ndjson";

/// "agreement.1.jws", "agreement.2.jws", ...
bool is_agreement_signature(std::string_view file)
{
    return file.starts_with("agreement.") && file.ends_with(".jws");
}

base::Digest root_of_lines(std::string_view lines)
{
    Frontier tree;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        tree.append(leaf_hash(lines.substr(0, end)));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return tree.root();
}

}  // namespace

Report verify(std::string_view tar, const Trust& trust)
{
    return Verifier(tar, trust).run();
}

Report Verifier::run()
{
    const bool ok = anchors() && archive() && manifest() && receipt() && request() && outcome() &&
                    agreement() && decision() && receipt_leaf() && delivery() && completion();
    static_cast<void>(ok);  // the report says it
    return std::move(report_);
}

bool Verifier::anchors()
{
    auto anchors = crypto::TrustAnchors::from_pem(trust_.anchors_pem);
    const bool certificates = anchors.has_value();
    if (certificates) {
        anchors_ = *std::move(anchors);
    }
    return check("trust anchors", "*.pem", certificates,
                 certificates ? "" : "no certificate of an authority was brought from outside") &&
           check("ledger keys", "*.vkey", !trust_.vkeys.empty(),
                 trust_.vkeys.empty() ? "no verifier key was brought from outside" : "");
}

bool Verifier::archive()
{
    auto files = read_tar(tar_);
    if (!files) {
        return check("whole tar", files.error().where, false, base::to_line(files.error()));
    }
    for (auto& file : *files) {
        files_.emplace(std::move(file.name), std::move(file.bytes));
    }
    for (const auto& [name, bytes] : files_) {
        if (!name.ends_with(".pem")) {
            continue;
        }
        auto chain = crypto::Certificate::all_from_pem(bytes);
        if (chain) {  // one that cannot be read signs nothing; if it was altered its digest says so
            auto leaf = std::move(chain->front());
            chain->erase(chain->begin());
            signers_.push_back({name, std::move(leaf), *std::move(chain)});
        }
    }
    return check("whole tar", "", true);
}

bool Verifier::manifest()
{
    if (!has(kManifestName)) {
        return false;
    }
    const auto json = open(kManifestName, kManifestTyp);
    if (!json) {
        return false;
    }
    gateway_ = json->root().text_of("iss");
    return speaks_for(kManifestName, gateway_) && digests(json->root(), false);
}

bool Verifier::receipt()
{
    if (!has(kReceipt)) {
        return false;
    }
    const auto json = open(kReceipt, kReceiptTyp);
    if (!json) {
        return false;
    }
    auto claims = ReceiptClaims::from(json->root());
    if (!claims) {
        return check("claims", kReceipt, false, base::to_line(claims.error()));
    }
    receipt_ = *std::move(claims);
    if (!check("claims", kReceipt, true, receipt_.evt + ' ' + receipt_.code) ||
        !speaks_for(kReceipt, receipt_.iss) ||
        !check("same gateway as the manifest", kReceipt, receipt_.iss == gateway_) ||
        !not_revoked(kReceipt, receipt_.crl, receipt_.iat, {kReceipt})) {
        return false;
    }
    if (receipt_.checkpoint.empty()) {
        return true;
    }
    const auto opens = [this](const std::string& vkey) {
        return open_checkpoint(receipt_.checkpoint, vkey).has_value();
    };
    return check("checkpoint in it", kReceipt, std::ranges::any_of(trust_.vkeys, opens));
}

bool Verifier::request()
{
    if (!receipt_.nro) {
        return check("unsigned request (nro:false)", kRequest, !files_.contains(kRequest),
                     "the sender did not sign; the receipt says what it showed");
    }
    if (!has(kRequest) || !digest_is(kRequest, receipt_.req)) {
        return false;
    }
    const auto json = open(kRequest, kRequestTyp);
    if (!json) {
        return false;
    }
    const auto claims = RequestClaims::from(json->root());
    if (!claims) {
        return check("claims", kRequest, false, base::to_line(claims.error()));
    }
    return speaks_for(kRequest, claims->iss) &&
           not_revoked(kReceipt, receipt_.crl, receipt_.iat, {kRequest}) &&
           check("matches the receipt", kRequest, request_matches(*claims)) &&
           (!is_accepted() || named_in_agreement(kRequest));
}

bool Verifier::outcome()
{
    return (receipt_.issues.empty() || (has(kOutcome) && digest_is(kOutcome, receipt_.issues))) &&
           (receipt_.manifest.empty() ||
            (has(kRecords) && digest_is(kRecords, receipt_.manifest))) &&
           (receipt_.root.empty() ||
            check("Merkle root of its lines", kRecords,
                  digest_claim(root_of_lines(bytes_of(kRecords))) == receipt_.root));
}

bool Verifier::agreement()
{
    if (receipt_.agr.id.empty()) {
        return check("no agreement was found", kReceipt, !is_accepted());
    }
    if (!has(kAgreement) || !digest_is(kAgreement, receipt_.agr.digest)) {
        return false;
    }
    std::set<std::string> parties;
    for (const auto& [file, bytes] : files_) {
        if (!is_agreement_signature(file)) {
            continue;
        }
        const auto json = open(file, kAgreementSignatureTyp);
        if (!json) {
            return false;
        }
        const auto claims = AgreementSignatureClaims::from(json->root());
        if (!claims) {
            return check("claims", file, false, base::to_line(claims.error()));
        }
        if (!speaks_for(file, claims->iss) ||
            !check("signs this agreement", file, claims->dig == receipt_.agr.digest)) {
            return false;
        }
        parties.insert(claims->iss);
    }
    const bool both = parties.contains(receipt_.aud) && parties.contains(receipt_.receiver);
    return check("signed by its parties", kAgreement,
                 parties.size() >= 2 && (both || !is_accepted()));
}

bool Verifier::decision()
{
    const auto permits = [](const ClauseClaim& clause) { return clause.permits; };
    if (!is_accepted()) {
        return check("refused, and says why", kReceipt, true, receipt_.code);
    }
    return check("every clause permits", kReceipt,
                 !receipt_.decision.empty() && std::ranges::all_of(receipt_.decision, permits));
}

bool Verifier::receipt_leaf()
{
    return leaf_of("leaf.json", kReceipt, receipt_.log) &&
           in_ledger("leaf.json", "leaf.tlog-proof", receipt_.log) &&
           stamped("leaf.json", "timestamp", receipt_.log) &&
           witnessed("leaf.json", "witnessed.tlog-proof", receipt_.log);
}

bool Verifier::delivery()
{
    if (!files_.contains(kDelivery)) {
        return true;
    }
    const auto json = open(kDelivery, kDeliveryTyp);
    if (!json) {
        return false;
    }
    const auto claims = DeliveryClaims::from(json->root());
    if (!claims) {
        return check("claims", kDelivery, false, base::to_line(claims.error()));
    }
    const bool got = claims->evt != "received" || claims->got == receipt_.out;
    return speaks_for(kDelivery, claims->iss) &&
           check(
               "by the receiver, to this gateway", kDelivery,
               is_accepted() && claims->iss == receipt_.receiver && claims->aud == receipt_.iss) &&
           named_in_agreement(kDelivery) && digest_is(kReceipt, claims->rcpt) &&
           check("received what was sent", kDelivery, got, claims->evt + ' ' + claims->code);
}

bool Verifier::completion()
{
    if (!files_.contains(kCompletion)) {
        return true;
    }
    const auto json = open(kCompletion, kCompletionTyp);
    if (!json) {
        return false;
    }
    const auto claims = CompletionClaims::from(json->root());
    if (!claims) {
        return check("claims", kCompletion, false, base::to_line(claims.error()));
    }
    if (!speaks_for(kCompletion, claims->iss) ||
        !check("completes this exchange", kCompletion,
               is_accepted() && claims->iss == receipt_.iss && claims->exch == receipt_.exch &&
                   claims->req == receipt_.req) ||
        !digest_is(kReceipt, claims->rcpt) ||
        !not_revoked(kCompletion, claims->crl, claims->iat, {kDelivery, kCompletion})) {
        return false;
    }
    const bool chained =
        claims->nrr ? has(kDelivery) && digest_is(kDelivery, claims->dlv)
                    : check("no countersignature (nrr:false)", kCompletion,
                            !files_.contains(kDelivery), "the receiver's TLS answer stands for it");
    return chained && leaf_of("leaf-completion.json", kCompletion, claims->log) &&
           in_ledger("leaf-completion.json", "leaf-completion.tlog-proof", claims->log) &&
           stamped("leaf-completion.json", "timestamp-completion", claims->log) &&
           witnessed("leaf-completion.json", "witnessed-completion.tlog-proof", claims->log);
}

}  // namespace gateway::evidence
