#include "gateway/exchange/completion.hpp"

#include <algorithm>
#include <memory>

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/jws.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

base::Failure mismatch(Errc code, std::string_view claim, std::string_view es, std::string_view en)
{
    return base::fail(code, "delivery.jws " + std::string(claim),
                      {std::string(es), std::string(en)});
}

std::string claim_of_hex(const std::string& hex)
{
    base::Digest digest{};
    const auto raw = base::from_hex(hex);
    if (raw && raw->size() == digest.size()) {
        std::ranges::copy(*raw, digest.begin());
    }
    return evidence::digest_claim(digest);
}

evidence::CompletionClaims completion_claims(const core::Exchange& exchange,
                                             std::string_view receipt, std::string_view request,
                                             const Handover& handover, const Self& self,
                                             base::Instant now)
{
    evidence::CompletionClaims claims;
    claims.iss = self.urn;
    claims.aud = {exchange.sender, exchange.receiver};
    claims.iat = base::to_seconds(now);
    claims.exch = exchange.id;
    claims.req = request.empty() ? std::string{} : evidence::digest_claim(request);
    claims.rcpt = evidence::digest_claim(receipt);
    claims.nrr = !handover.delivery_jws.empty();
    if (claims.nrr) {
        claims.dlv = evidence::digest_claim(handover.delivery_jws);
    } else {
        claims.transport = handover.transport;
        claims.status = static_cast<std::uint64_t>(handover.status);
        claims.answer = evidence::digest_claim(handover.answer);
        claims.sent = handover.sent;
    }
    return claims;
}

}  // namespace

base::Result<const agreements::Agreement*> agreement_of(const core::Exchange& exchange,
                                                        const agreements::Book& book,
                                                        base::Instant now)
{
    const auto* agreement = book.find_digest(exchange.agreement_digest);
    if (agreement == nullptr) {
        return base::fail(Errc::agreement_not_in_force, exchange.agreement,
                          {"la versión del convenio con la que se aceptó",
                           "the version of the agreement it was accepted under"},
                          {"ausente", "absent"});
    }
    if (agreement->act_at(now) != nullptr) {
        return base::fail(Errc::agreement_revoked, exchange.agreement + " /termination",
                          {"un convenio que ninguna parte revocó ni suspendió",
                           "an agreement no party revoked or suspended"});
    }
    return agreement;
}

bool may_end_uncountersigned(const core::Exchange& exchange, const agreements::Agreement& agreement)
{
    bool allowed = false;
    for (const auto& grant : agreement.grants) {
        if (grant.from == exchange.sender && grant.to == exchange.receiver &&
            std::ranges::find(grant.purposes, exchange.purpose) != grant.purposes.end()) {
            if (!grant.uncountersigned_allowed) {
                return false;
            }
            allowed = true;
        }
    }
    return allowed;
}

Countersigners countersigners(const core::Exchange& exchange,
                              const agreements::Agreement& agreement, const Directory& directory)
{
    Countersigners signers;
    const auto* member = directory.find(exchange.receiver);
    const auto* party = agreement.party(exchange.receiver);
    if (member == nullptr || party == nullptr) {
        return signers;
    }
    for (const auto& certificate : member->signing) {
        if (std::ranges::find(party->signing_thumbprints, certificate.x5t()) !=
            party->signing_thumbprints.end()) {
            signers.push_back(&certificate);
        }
    }
    return signers;
}

base::Result<evidence::DeliveryClaims> check_delivery(std::string_view jws,
                                                      const core::Exchange& exchange,
                                                      std::string_view receipt,
                                                      const Countersigners& signers,
                                                      const Self& self, base::Instant now)
{
    const auto token = crypto::read_jws(jws, evidence::kDeliveryTyp);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto signer = std::ranges::find(
        signers, token->header.x5t_s256, [](const crypto::Certificate* one) { return one->x5t(); });
    if (signer == signers.end()) {
        return mismatch(Errc::claim_mismatch, "x5t#S256",
                        "un certificado de firma inscrito del destinatario y fijado en el convenio",
                        "an enrolled signing certificate of the receiver, fixed in the agreement");
    }
    if (auto good = self.trust->get()->signing.check(**signer, now); !good) {
        return base::Failure(good.error());
    }
    const auto verified = crypto::verify_jws(*token, **signer);
    if (!verified) {
        return base::Failure(verified.error());
    }
    auto claims = evidence::DeliveryClaims::from(verified->root());
    if (!claims) {
        return claims;
    }
    if (claims->iss != exchange.receiver) {
        return mismatch(Errc::claim_mismatch, "iss", "el destinatario del intercambio",
                        "the exchange's receiver");
    }
    if (claims->aud != self.urn) {
        return mismatch(Errc::claim_mismatch, "aud", "el nombre de esta pasarela",
                        "this gateway's name");
    }
    if (claims->rcpt != evidence::digest_claim(receipt)) {
        return mismatch(Errc::digest_mismatch, "rcpt", "el resumen de este recibo",
                        "the digest of this receipt");
    }
    if (claims->evt == "received" && claims->got != claim_of_hex(exchange.out_digest)) {
        return mismatch(Errc::digest_mismatch, "got", "el resumen de los bytes entregados",
                        "the digest of the bytes delivered");
    }
    if (claims->evt != "received" && claims->evt != "refused") {
        return mismatch(Errc::claim_mismatch, "evt", "received o refused", "received or refused");
    }
    return claims;
}

store::Act completion_act(const core::Exchange& exchange, std::string receipt, std::string request,
                          Handover handover, const evidence::DeliveryClaims& delivery,
                          const Self& self, base::Instant now)
{
    struct Given {
        core::Exchange exchange;
        std::string receipt, request;
        Handover handover;
        bool refused = false;
        std::string code;
    };
    const auto given = std::make_shared<Given>(Given{exchange, std::move(receipt),
                                                     std::move(request), std::move(handover),
                                                     delivery.evt == "refused", delivery.code});
    store::Act act;
    act.prepare = [given, now, &self](const store::Position& position,
                                      std::string& leaf) -> base::Result<store::Rows> {
        auto claims = completion_claims(given->exchange, given->receipt, given->request,
                                        given->handover, self, now);
        claims.log = {self.ledger_origin, position.index};
        claims.crl = self.list_digests();
        auto token = self.sign(evidence::kCompletionTyp, claims.to_json(), now);
        if (!token) {
            return base::Failure(token.error());
        }
        const auto& id = given->exchange.id;
        leaf = evidence::LeafFields{.seq = position.index,
                                    .t = base::to_rfc3339(now),
                                    .evt = given->refused ? "refused" : "completed",
                                    .exch = id,
                                    .req = claims.req,
                                    .jws = evidence::digest_claim(*token),
                                    .agr = given->exchange.agreement,
                                    .pou = given->exchange.purpose,
                                    .iss = given->exchange.receiver,
                                    .aud = given->exchange.sender,
                                    .aud_event = {}}
                   .to_json();
        store::Rows rows;
        rows.documents.push_back({id, {"completion.jws", *std::move(token)}});
        if (claims.nrr) {
            rows.documents.push_back({id, {"delivery.jws", given->handover.delivery_jws}});
        }
        rows.transitions.push_back({id, core::State::accepted,
                                    given->refused ? core::State::dead : core::State::completed,
                                    given->code});
        rows.outbox_done.push_back(id);
        rows.audit.push_back({.id = core::new_id(now),
                              .kind = given->refused ? core::AuditKind::refused_by_receiver
                                                     : core::AuditKind::delivered,
                              .when = now,
                              .agent = given->exchange.receiver,
                              .address = given->handover.address,
                              .purpose = given->exchange.purpose,
                              .justification = {},
                              .agreement = given->exchange.agreement,
                              .exchange = id,
                              .person = {},
                              .outcome = given->code.empty() ? "PU-0000" : given->code,
                              .entity = "delivery"});
        return rows;
    };
    return act;
}

}  // namespace gateway::exchange
