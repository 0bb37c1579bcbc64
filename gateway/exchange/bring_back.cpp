#include <algorithm>
#include <array>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/reprocess.hpp"
#include "gateway/exchange/routes.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;
using core::State;

constexpr std::array<std::string_view, 7> kRetold{"same", "changed", "replaced", "overtaken",
                                                  "gone", "waiting", "refused"};

Kept ended(Retold what, std::string exchange = {}, base::Error reason = {})
{
    Kept kept;
    kept.ended.what = what;
    kept.ended.exchange = std::move(exchange);
    kept.ended.reason = std::move(reason);
    return kept;
}

/// Accepted, and nothing says in which order the receiver will see the two.
bool must_wait(const core::Exchange& exchange, std::uint32_t record, const std::string& person)
{
    const bool pending = exchange.state == State::accepted || exchange.state == State::dead;
    return exchange.state == State::open || (pending && record > 0) ||
           (exchange.state == State::accepted && person.empty());
}

/// The event of the audit that says how it came in: listener, address, person.
base::Result<core::AuditEvent> arrival_of(const std::string& exchange, store::Store& store)
{
    auto events =
        store.read_audit({.limit = 1, .exchange = exchange, .kind = core::AuditKind::received});
    if (!events) {
        return base::Failure(events.error());
    }
    return events->empty() ? core::AuditEvent{} : std::move(events->front());
}

/// `basis` of the request that the bytes came under.
base::Result<std::string> basis_of(const std::string& exchange, store::Store& store)
{
    const auto jws = document_of(exchange, "request.jws", store);
    if (!jws || jws->empty()) {
        return jws;
    }
    const auto token = crypto::read_jws(*jws, evidence::kRequestTyp);
    const auto json = token ? fhir::r4::read_json(token->claims)
                            : base::Result<fhir::r4::Document>(base::Failure(token.error()));
    return json ? base::Result<std::string>(json->root().text_of("basis"))
                : base::Failure(json.error());
}

/// The route that speaks today for what came so; nullptr when none does.
const config::Route* route_of(const Intake& intake, const Directory& directory)
{
    for (const auto& route : directory.routes()) {
        const Arrival arrival{.listener = intake.listener,
                              .port = route.port,
                              .certificate = route.certificate,
                              .address = route.address,
                              .media_type = intake.media_type,
                              .bytes = intake.bytes,
                              .folder = route.folder};
        if (route.institution == intake.sender && route.receiver == intake.receiver &&
            route.agreement == intake.agreement && route.purpose == intake.purpose &&
            find_route({route}, arrival) != nullptr) {
            return &route;
        }
    }
    return nullptr;
}

/// The intake of it as if it came now; who sent it then, through which door and under what.
base::Result<std::optional<base::Error>> fill(Intake& intake, const Again& again,
                                              const core::Exchange& first, const Origin& origin,
                                              const Directory& directory, store::Store& store)
{
    const auto& exchange = again.exchange;
    const auto arrival = arrival_of(first.id, store);
    const auto receipt = document_of(exchange.id, "receipt.jws", store);
    auto basis = basis_of(first.id, store);
    if (!arrival || !receipt || !basis) {
        return base::Failure(!arrival  ? arrival.error()
                             : receipt ? basis.error()
                                       : receipt.error());
    }
    intake.listener = arrival->entity;
    intake.address = again.asked.address;
    intake.trace_id = core::new_id(intake.received);
    intake.sender = exchange.sender;
    intake.receiver = exchange.receiver;
    intake.agreement = exchange.agreement.substr(0, exchange.agreement.find('|'));
    intake.purpose = exchange.purpose;
    intake.jti = again_jti(exchange.id, again.record);
    intake.basis = *std::move(basis);
    intake.media_type = exchange.media_type;
    intake.digest = base::sha256(intake.bytes);
    const bool was_signed = first.strength == "institution";
    intake.earlier = Earlier{exchange.id, again.record, evidence::digest_claim(*receipt),
                             was_signed, again.asked};
    if (!was_signed) {
        const auto* const route = route_of(intake, directory);
        if (route == nullptr) {
            return std::optional(base::Error{Errc::no_route,
                                             "route",
                                             {"una ruta que hable hoy por este remitente",
                                              "a route that speaks today for this sender"},
                                             {}});
        }
        apply_route(*route, intake);
    }
    if (origin.record > 0 && intake.profile.empty()) {  // its file named it in the first row
        intake.profile = exchange.profile.substr(exchange.profile.rfind(' ') + 1);
    }
    return std::optional<base::Error>();
}

}  // namespace

std::string_view to_text(Retold retold) noexcept
{
    return kRetold[static_cast<std::size_t>(retold)];
}

base::Result<Kept> bring_back(const Again& again, const Directory& directory, const Self& self,
                              store::Store& store, base::Instant now)
{
    const auto& exchange = again.exchange;
    if (exchange.state == State::rejected) {
        return ended(Retold::gone);
    }
    const auto after = version_after(exchange, again.record, store);
    const auto arrival = arrival_of(exchange.id, store);
    if (!after || !arrival) {
        return base::Failure(after ? arrival.error() : after.error());
    }
    if (*after) {
        return ended(Retold::replaced, (*after)->id);
    }
    if (must_wait(exchange, again.record, arrival->person)) {
        return ended(Retold::waiting);
    }
    auto origin = origin_of(exchange, again.record, store);
    if (!origin) {
        return base::Failure(origin.error());
    }
    const auto is_latest = origin->record == 0 ? base::Result<bool>(true)
                                               : store.is_row_held(exchange.id, again.record);
    const auto first = store.find_exchange(origin->exchange);
    if (!is_latest || !first) {
        return base::Failure(is_latest ? first.error() : is_latest.error());
    }
    if (!*is_latest) {  // a later load reports it otherwise, or no more
        return ended(Retold::overtaken);
    }
    auto source = payload_of(exchange.id, "source", self, store, again.record);
    auto emitted = record_of(exchange.id, again.record, self, store);
    if (!source || !emitted) {
        const auto& error = source ? emitted.error() : source.error();
        return error.code == Errc::not_found ? base::Result<Kept>(ended(Retold::gone))
                                             : base::Failure(error);
    }
    Kept kept;
    kept.emitted = *std::move(emitted);
    kept.origin = *std::move(origin);
    kept.intake.received = now;
    kept.intake.bytes = *std::move(source);
    auto fault = fill(kept.intake, again, first->value_or(exchange), kept.origin, directory, store);
    if (!fault) {
        return base::Failure(fault.error());
    }
    if (*fault) {
        return ended(Retold::refused, {}, **std::move(fault));
    }
    kept.intake.earlier->asked.person = arrival->person;
    kept.may_go = true;
    return kept;
}

}  // namespace gateway::exchange
