#include "gateway/api/admission.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/exchange/request_check.hpp"
#include "gateway/exchange/routes.hpp"

namespace gateway::api {
namespace {

using base::Errc;

/// What the sender's JWS or, for those who cannot sign, its route says of this submission.
base::Result<void> fill_from_jws(exchange::Intake& intake, const Call& call)
{
    const auto& request = call.request;
    intake.request_jws = request.header("exchange-request");
    const auto trust = call.services.self.trust->get();
    const exchange::RequestContext context{.gateway = call.services.self.urn,
                                           .env = call.services.config.env,
                                           .method = request.method,
                                           .path = request.path,
                                           .trust = *trust};
    const auto claims =
        exchange::check_request(intake.request_jws, call.caller->signing, context, intake);
    if (!claims) {
        return base::Failure(claims.error());
    }
    const auto key = request.header("idempotency-key");
    if (!key.empty() && key != claims->jti) {
        return base::fail(Errc::claim_mismatch, "Idempotency-Key",
                          {"el jti de la petición firmada", "the jti of the signed request"});
    }
    intake.signer = crypto::read_jws(intake.request_jws, evidence::kRequestTyp)->header.x5t_s256;
    intake.jti = claims->jti;
    intake.agreement = claims->agr.id;
    intake.agreement_digest = claims->agr.digest;
    intake.purpose = claims->pou;
    intake.subject = claims->sub;
    intake.basis = claims->basis;
    const auto receiver = std::ranges::find_if(
        claims->aud, [&](const auto& aud) { return aud != call.services.self.urn; });
    intake.receiver = receiver == claims->aud.end() ? std::string{} : *receiver;
    return {};
}

base::Result<void> fill_from_route(exchange::Intake& intake, const Call& call)
{
    const exchange::Arrival arrival{.listener = intake.listener,
                                    .port = call.request.peer.local_port,
                                    .certificate = intake.sender,
                                    .address = intake.address,
                                    .media_type = intake.media_type,
                                    .bytes = intake.bytes};
    const auto directory = call.services.directory.get();
    const auto* route = exchange::find_route(directory->routes(), arrival);
    if (route == nullptr) {
        return base::fail(Errc::malformed_jws, "Exchange-Request",
                          {"una petición firmada (JWS), o una ruta que hable por quien no firma",
                           "a signed request (JWS), or a route that speaks for who cannot sign"},
                          base::kind_of({}));
    }
    exchange::apply_route(*route, intake);
    if (intake.sender != call.caller->institution.id) {
        return base::fail(Errc::no_route, "route " + route->name,
                          {"una ruta de la institución del certificado",
                           "a route of the certificate's institution"});
    }
    const auto key = call.request.header("idempotency-key");
    intake.jti =
        key.empty() ? "sha-256:" + base::to_hex(base::view(intake.digest)) : std::string(key);
    return {};
}

}  // namespace

base::Result<exchange::Intake> admit(const Call& call, std::string listener, base::Instant now)
{
    const auto& request = call.request;
    exchange::Intake intake{.listener = std::move(listener), .address = request.peer.address};
    intake.trace_id = request.trace_id;
    intake.sender = call.caller->institution.id;
    const auto media_type = request.header("content-type");
    const auto bare =
        intake.listener == "fhir" ? media_type.substr(0, media_type.find(';')) : media_type;
    intake.media_type = base::to_lower_ascii(base::trim(bare));
    intake.bytes = request.body;
    intake.digest = base::sha256(intake.bytes);
    intake.received = now;
    intake.transport_thumbprint =
        base::to_hex(base::view(base::sha256(request.peer.certificate_der)));
    const auto stated = request.header("content-digest");
    const bool may_lack = intake.listener == "fhir";  // FHIR clients know no such header
    if (!stated.empty() || !may_lack) {
        if (auto digest = exchange::check_content_digest(stated, intake.digest); !digest) {
            return base::Failure(digest.error());
        }
    }
    auto filled = request.header("exchange-request").empty() ? fill_from_route(intake, call)
                                                             : fill_from_jws(intake, call);
    if (!filled) {
        return base::Failure(filled.error());
    }
    return intake;
}

}  // namespace gateway::api
