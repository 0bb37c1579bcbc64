#include "gateway/evidence/claims.hpp"

#include <algorithm>

#include "gateway/evidence/claim_table.hpp"

namespace gateway::evidence {
namespace {

using enum Need;
using enum Form;

constexpr std::int64_t kLongestRequest = 300;  ///< seconds from iat to exp

constexpr Member<RequestClaims> kRequest[] = {
    // clang-format off
    {"iss",   &RequestClaims::iss,   required, text},
    {"aud",   &RequestClaims::aud,   required, text},
    {"jti",   &RequestClaims::jti,   required, text},
    {"iat",   &RequestClaims::iat,   required, text},
    {"exp",   &RequestClaims::exp,   required, text},
    {"htm",   &RequestClaims::htm,   required, text},
    {"htu",   &RequestClaims::htu,   required, text},
    {"env",   &RequestClaims::env,   required, text},
    {"agr",   &RequestClaims::agr,   required, text},
    {"pou",   &RequestClaims::pou,   required, text},
    {"basis", &RequestClaims::basis, optional, text},
    {"sub",   &RequestClaims::sub,   optional, text},
    {"cty",   &RequestClaims::cty,   required, text},
    {"len",   &RequestClaims::len,   required, text},
    {"dig",   &RequestClaims::dig,   required, digest},
    // clang-format on
};

constexpr Member<ReceiptClaims> kReceipt[] = {
    // clang-format off
    {"iss",        &ReceiptClaims::iss,        required, text},
    {"aud",        &ReceiptClaims::aud,        required, text},
    {"jti",        &ReceiptClaims::jti,        required, text},
    {"iat",        &ReceiptClaims::iat,        required, text},
    {"env",        &ReceiptClaims::env,        required, text},
    {"exch",       &ReceiptClaims::exch,       required, text},
    {"evt",        &ReceiptClaims::evt,        required, text},
    {"code",       &ReceiptClaims::code,       optional, text},
    {"nro",        &ReceiptClaims::nro,        required, text},
    {"req",        &ReceiptClaims::req,        optional, digest},
    {"transport",  &ReceiptClaims::transport,  optional, text},
    {"in",         &ReceiptClaims::in,         required, digest},
    {"out",        &ReceiptClaims::out,        optional, digest},
    {"map",        &ReceiptClaims::map,        optional, text},
    {"plan",       &ReceiptClaims::plan,       optional, text},
    {"agr",        &ReceiptClaims::agr,        optional, text},
    {"receiver",   &ReceiptClaims::receiver,   optional, text},
    {"pou",        &ReceiptClaims::pou,        optional, text},
    {"decision",   &ReceiptClaims::decision,   optional, text},
    {"issues",     &ReceiptClaims::issues,     optional, digest},
    {"manifest",   &ReceiptClaims::manifest,   optional, digest},
    {"root",       &ReceiptClaims::root,       optional, digest},
    {"records",    &ReceiptClaims::records,    required, text},
    {"refused",    &ReceiptClaims::refused,    required, text},
    {"generic",    &ReceiptClaims::generic,    required, text},
    {"strength",   &ReceiptClaims::strength,   required, text},
    {"prev",       &ReceiptClaims::prev,       optional, text},
    {"prev_rcpt",  &ReceiptClaims::prev_rcpt,  optional, digest},
    {"log",        &ReceiptClaims::log,        required, text},
    {"crl",        &ReceiptClaims::crl,        optional, digest},
    {"checkpoint", &ReceiptClaims::checkpoint, optional, text},
    // clang-format on
};

constexpr Member<DeliveryClaims> kDelivery[] = {
    // clang-format off
    {"iss",  &DeliveryClaims::iss,  required, text},
    {"aud",  &DeliveryClaims::aud,  required, text},
    {"iat",  &DeliveryClaims::iat,  required, text},
    {"jti",  &DeliveryClaims::jti,  required, text},
    {"rcpt", &DeliveryClaims::rcpt, required, digest},
    {"got",  &DeliveryClaims::got,  required, digest},
    {"evt",  &DeliveryClaims::evt,  required, text},
    {"code", &DeliveryClaims::code, optional, text},
    // clang-format on
};

constexpr Member<CompletionClaims> kCompletion[] = {
    // clang-format off
    {"iss",       &CompletionClaims::iss,       required, text},
    {"aud",       &CompletionClaims::aud,       required, text},
    {"iat",       &CompletionClaims::iat,       required, text},
    {"exch",      &CompletionClaims::exch,      required, text},
    {"req",       &CompletionClaims::req,       optional, digest},
    {"rcpt",      &CompletionClaims::rcpt,      required, digest},
    {"nrr",       &CompletionClaims::nrr,       required, text},
    {"dlv",       &CompletionClaims::dlv,       optional, digest},
    {"transport", &CompletionClaims::transport, optional, text},
    {"status",    &CompletionClaims::status,    optional, text},
    {"answer",    &CompletionClaims::answer,    optional, digest},
    {"sent",      &CompletionClaims::sent,      optional, digest},
    {"log",       &CompletionClaims::log,       required, text},
    {"crl",       &CompletionClaims::crl,       optional, digest},
    // clang-format on
};

constexpr Member<AgreementSignatureClaims> kAgreementSignature[] = {
    // clang-format off
    {"iss", &AgreementSignatureClaims::iss, required, text},
    {"iat", &AgreementSignatureClaims::iat, required, text},
    {"dig", &AgreementSignatureClaims::dig, required, digest},
    // clang-format on
};

constexpr Member<LeafFields> kLeaf[] = {
    // clang-format off
    {"seq",   &LeafFields::seq,       required, text},
    {"t",     &LeafFields::t,         required, text},
    {"evt",   &LeafFields::evt,       required, text},
    {"exch",  &LeafFields::exch,      optional, text},
    {"req",   &LeafFields::req,       optional, digest},
    {"jws",   &LeafFields::jws,       optional, digest},
    {"agr",   &LeafFields::agr,       optional, text},
    {"pou",   &LeafFields::pou,       optional, text},
    {"iss",   &LeafFields::iss,       optional, text},
    {"aud",   &LeafFields::aud,       optional, text},
    {"audit", &LeafFields::aud_event, optional, digest},
    // clang-format on
};

base::Failure refuse(std::string place, base::Text expected)
{
    return base::fail(base::Errc::claim_mismatch, std::move(place), std::move(expected));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known)
{
    return std::ranges::find(known, text) != known.end();
}

}  // namespace

std::string digest_claim(std::string_view bytes)
{
    return digest_claim(base::sha256(bytes));
}

std::string digest_claim(const base::Digest& digest)
{
    return std::string(kDigestStart) + base::to_base64url(base::view(digest));
}

std::string RequestClaims::to_json() const
{
    return write_claims<RequestClaims>(kRequest, *this);
}

base::Result<RequestClaims> RequestClaims::from(const fhir::r4::Node& claims)
{
    auto read = read_claims<RequestClaims>(kRequest, claims, "request.jws");
    if (read && (read->exp <= read->iat || read->exp - read->iat > kLongestRequest)) {
        return refuse("request.jws exp",
                      {"entre 1 y 300 segundos después de iat", "1 to 300 seconds after iat"});
    }
    return read;
}

std::string ReceiptClaims::to_json() const
{
    return write_claims<ReceiptClaims>(kReceipt, *this);
}

base::Result<ReceiptClaims> ReceiptClaims::from(const fhir::r4::Node& claims)
{
    auto read = read_claims<ReceiptClaims>(kReceipt, claims, "receipt.jws");
    if (!read) {
        return read;
    }
    if (!is_one_of(read->evt, {"accepted", "rejected", "filtered"})) {
        return refuse("receipt.jws evt",
                      {"accepted, rejected o filtered", "accepted, rejected or filtered"});
    }
    if ((read->evt == "rejected") == read->code.empty()) {
        return refuse("receipt.jws code", {"un código cuando se rechaza y solo entonces",
                                           "a code when rejected and only then"});
    }
    const bool removed = std::ranges::any_of(
        read->decision, [](const ClauseClaim& clause) { return !clause.removed.empty(); });
    if ((read->evt == "filtered") != removed) {
        return refuse("receipt.jws decision", {"lo que se quitó cuando se filtra y solo entonces",
                                               "what was taken out when filtered and only then"});
    }
    if (read->nro == read->req.empty()) {
        return refuse("receipt.jws req", {"la huella de la solicitud si nro, y solo entonces",
                                          "the request's digest when nro and only then"});
    }
    if (!read->nro && read->transport.empty()) {
        return refuse("receipt.jws transport", {"qué mostró el emisor que no firmó",
                                                "what the sender that did not sign showed"});
    }
    if (read->prev.empty() != read->prev_rcpt.empty()) {
        return refuse("receipt.jws prev_rcpt",
                      {"la huella del acuse anterior si hay prev, y solo entonces",
                       "the digest of the earlier receipt when there is prev and only then"});
    }
    return read;
}

std::string DeliveryClaims::to_json() const
{
    return write_claims<DeliveryClaims>(kDelivery, *this);
}

base::Result<DeliveryClaims> DeliveryClaims::from(const fhir::r4::Node& claims)
{
    auto read = read_claims<DeliveryClaims>(kDelivery, claims, "delivery.jws");
    if (read && !is_one_of(read->evt, {"received", "refused"})) {
        return refuse("delivery.jws evt", {"received o refused", "received or refused"});
    }
    return read;
}

std::string CompletionClaims::to_json() const
{
    return write_claims<CompletionClaims>(kCompletion, *this);
}

base::Result<CompletionClaims> CompletionClaims::from(const fhir::r4::Node& claims)
{
    auto read = read_claims<CompletionClaims>(kCompletion, claims, "completion.jws");
    if (read && read->nrr == read->dlv.empty()) {
        return refuse("completion.jws dlv", {"la huella de la entrega si nrr, y solo entonces",
                                             "the delivery's digest when nrr and only then"});
    }
    if (read && !read->nrr && read->transport.empty()) {
        return refuse("completion.jws transport", {"qué mostró el receptor que no firmó",
                                                   "what the receiver that did not sign showed"});
    }
    return read;
}

std::string AgreementSignatureClaims::to_json() const
{
    return write_claims<AgreementSignatureClaims>(kAgreementSignature, *this);
}

base::Result<AgreementSignatureClaims> AgreementSignatureClaims::from(const fhir::r4::Node& claims)
{
    return read_claims<AgreementSignatureClaims>(kAgreementSignature, claims, "agreement.jws");
}

std::string LeafFields::to_json() const
{
    return write_claims<LeafFields>(kLeaf, *this);
}

base::Result<LeafFields> LeafFields::from(const fhir::r4::Node& leaf)
{
    return read_claims<LeafFields>(kLeaf, leaf, "leaf.json");
}

}  // namespace gateway::evidence
