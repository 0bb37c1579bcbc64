#include "gateway/app/receiver.hpp"

#include <algorithm>
#include <filesystem>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "gateway/app/files.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/request_check.hpp"
#include "gateway/net/problem.hpp"

namespace gateway::app {

using base::Errc;

namespace {

/// "3" or "3; last"; one part, the last, when there is no header.
std::pair<std::size_t, bool> part_of(std::string_view header)
{
    const auto number = base::to_size(header.substr(0, header.find(';')));
    return number ? std::pair(*number, header.ends_with("; last"))
                  : std::pair(std::size_t{1}, true);
}

std::string part_file(const std::string& stem, std::size_t part)
{
    return stem + ".part-" + std::to_string(part);
}

}  // namespace

Receiver::Receiver(Party party, std::vector<crypto::Certificate> gateway, std::string folder)
    : party_(std::move(party)), gateway_(std::move(gateway)), folder_(std::move(folder))
{
}

base::Result<evidence::ReceiptClaims> Receiver::check(const net::Request& request) const
{
    const auto token = crypto::read_jws(request.header("exchange-receipt"), evidence::kReceiptTyp);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto signer =
        std::ranges::find(gateway_, token->header.x5t_s256, &crypto::Certificate::x5t);
    if (signer == gateway_.end()) {
        return base::fail(
            Errc::untrusted_certificate, "receipt.jws x5t#S256",
            {"un certificado conocido de la pasarela", "a known certificate of the gateway"});
    }
    const auto verified = crypto::verify_jws(*token, *signer);
    if (!verified) {
        return base::Failure(verified.error());
    }
    auto claims = evidence::ReceiptClaims::from(verified->root());
    if (claims && claims->receiver != party_.urn) {
        return base::fail(Errc::claim_mismatch, "receipt.jws receiver",
                          {"esta institución", "this institution"});
    }
    if (auto digest = exchange::check_content_digest(request.header("content-digest"),
                                                     base::sha256(request.body));
        claims && !digest) {
        return base::Failure(digest.error());
    }
    return claims;
}

/// The whole payload into its file: the body, or the parts kept before and the last one.
base::Result<void> Receiver::keep(const net::Request& request, const std::string& stem,
                                  std::size_t parts, const std::string& out) const
{
    const bool many = request.header("content-type").starts_with("application/fhir+ndjson");
    std::string whole;
    for (std::size_t part = 1; part < parts; ++part) {
        auto bytes = read_file(part_file(stem, part));
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        whole.append(*bytes);
    }
    whole.append(request.body);
    if (out != evidence::digest_claim(whole)) {
        return base::fail(
            Errc::digest_mismatch, "receipt.jws out",
            {"el resumen de los bytes recibidos", "the digest of the bytes received"});
    }
    if (auto kept = write_file(stem + (many ? ".ndjson" : ".json"), whole); !kept) {
        return kept;
    }
    std::error_code ignored;
    for (std::size_t part = 1; part < parts; ++part) {
        std::filesystem::remove(part_file(stem, part), ignored);
    }
    return write_file(stem + ".receipt.jws", request.header("exchange-receipt"));
}

base::Result<Receiver::Taken> Receiver::countersign(const net::Request& request,
                                                    base::Instant now) const
{
    const auto claims = check(request);
    if (!claims) {
        return base::Failure(claims.error());
    }
    const auto stem = folder_ + "/" + claims->exch;
    if (std::filesystem::exists(stem + ".delivery.jws")) {  // handed over again: no second effect
        auto kept = read_file(stem + ".delivery.jws");
        return kept ? base::Result<Taken>(Taken{*std::move(kept), true})
                    : base::Failure(kept.error());
    }
    const auto [part, last] = part_of(request.header("exchange-part"));
    if (!last) {
        auto kept = write_file(part_file(stem, part), request.body);
        return kept ? base::Result<Taken>(Taken{}) : base::Failure(kept.error());
    }
    if (auto kept = keep(request, stem, part, claims->out); !kept) {
        return base::Failure(kept.error());
    }
    evidence::DeliveryClaims delivery;
    delivery.iss = party_.urn;
    delivery.aud = claims->iss;
    delivery.iat = base::to_seconds(now);
    delivery.jti = core::new_id(now);
    delivery.rcpt = evidence::digest_claim(request.header("exchange-receipt"));
    delivery.got = claims->out;
    delivery.evt = "received";
    auto token = party_.sign(evidence::kDeliveryTyp, delivery.to_json());
    if (!token) {
        return base::Failure(token.error());
    }
    if (auto kept = write_file(stem + ".delivery.jws", *token); !kept) {
        return base::Failure(kept.error());
    }
    return Taken{*std::move(token), false};
}

net::Response Receiver::take(const net::Request& request, base::Instant now) const
{
    auto taken = countersign(request, now);
    if (!taken) {
        return net::problem(taken.error(), request.trace_id);
    }
    net::Response response;
    if (taken->delivery_jws.empty()) {
        response.status = 202;
        return response;
    }
    response.status = taken->again ? 200 : 201;
    response.headers.emplace_back("content-type", "application/jose");
    response.body = std::move(taken->delivery_jws);
    return response;
}

}  // namespace gateway::app
