#include "gateway/app/receiver.hpp"

#include <filesystem>

#include "fhir_models/base/bytes.hpp"
#include "gateway/app/files.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/request_check.hpp"
#include "gateway/net/problem.hpp"

namespace gateway::app {

using base::Errc;

Receiver::Receiver(Party party, crypto::Certificate gateway, std::string folder)
    : party_(std::move(party)), gateway_(std::move(gateway)), folder_(std::move(folder))
{
}

base::Result<Receiver::Taken> Receiver::countersign(const net::Request& request,
                                                    base::Instant now) const
{
    const auto receipt = request.header("exchange-receipt");
    const auto token = crypto::read_jws(receipt, evidence::kReceiptTyp);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto verified = crypto::verify_jws(*token, gateway_);
    if (!verified) {
        return base::Failure(verified.error());
    }
    const auto claims = evidence::ReceiptClaims::from(verified->root());
    if (!claims) {
        return base::Failure(claims.error());
    }
    if (claims->receiver != party_.urn) {
        return base::fail(Errc::claim_mismatch, "receipt.jws receiver",
                          {"esta institución", "this institution"});
    }
    if (claims->out != evidence::digest_claim(request.body)) {
        return base::fail(
            Errc::digest_mismatch, "receipt.jws out",
            {"el resumen de los bytes recibidos", "the digest of the bytes received"});
    }
    const bool many = claims->records > 1;
    const auto stem = folder_ + "/" + claims->exch;
    if (std::filesystem::exists(stem + ".delivery.jws")) {  // handed over again: no second effect
        auto kept = read_file(stem + ".delivery.jws");
        return kept ? base::Result<Taken>(Taken{*std::move(kept), true})
                    : base::Failure(kept.error());
    }
    for (const auto& [file, bytes] : {std::pair<std::string, std::string_view>{
                                          stem + (many ? ".ndjson" : ".json"), request.body},
                                      {stem + ".receipt.jws", receipt}}) {
        if (auto kept = write_file(file, bytes); !kept) {
            return base::Failure(kept.error());
        }
    }
    evidence::DeliveryClaims delivery;
    delivery.iss = party_.urn;
    delivery.aud = claims->iss;
    delivery.iat = base::to_seconds(now);
    delivery.jti = core::new_id(now);
    delivery.rcpt = evidence::digest_claim(receipt);
    delivery.got = evidence::digest_claim(request.body);
    delivery.evt = "received";
    auto signed_delivery = party_.sign(evidence::kDeliveryTyp, delivery.to_json());
    if (!signed_delivery) {
        return base::Failure(signed_delivery.error());
    }
    if (auto kept = write_file(stem + ".delivery.jws", *signed_delivery); !kept) {
        return base::Failure(kept.error());
    }
    return Taken{*std::move(signed_delivery), false};
}

net::Response Receiver::take(const net::Request& request, base::Instant now) const
{
    auto taken = countersign(request, now);
    if (!taken) {
        return net::problem(taken.error(), request.trace_id);
    }
    net::Response response;
    response.status = taken->again ? 200 : 201;
    response.headers.emplace_back("content-type", "application/jose");
    response.body = std::move(taken->delivery_jws);
    return response;
}

}  // namespace gateway::app
