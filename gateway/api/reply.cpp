#include "gateway/api/reply.hpp"

#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/versions.hpp"

namespace gateway::api {
namespace {

using fhir::r4::Kind;

std::string percent_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out.push_back(' ');
        } else if (text[i] == '%' && i + 2 < text.size()) {
            const auto byte = base::from_hex(text.substr(i + 1, 2));
            out.append(byte ? *byte : std::string("%"));
            i += byte ? 2 : 0;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

/// Everything an AuditEvent says, in one line: what the ledger's leaf is the digest of.
std::string canonical(const core::AuditEvent& event)
{
    std::string out;
    for (const std::string_view part :
         {std::string_view(event.id), std::string_view(event.agent),
          std::string_view(event.address), std::string_view(event.purpose),
          std::string_view(event.justification), std::string_view(event.agreement),
          std::string_view(event.exchange), std::string_view(event.person),
          std::string_view(event.outcome), std::string_view(event.entity)}) {
        fhir::r4::write_json_string(part, out);
    }
    return out.append(base::to_rfc3339(event.when));
}

}  // namespace

net::Response reply(int status, std::string_view media_type, std::string body)
{
    net::Response response;
    response.status = status;
    response.headers.emplace_back("content-type", media_type);
    response.body = std::move(body);
    return response;
}

void add_exchange(fhir::r4::Document& document, fhir::r4::Node& parent,
                  const core::Exchange& exchange)
{
    auto& row = document.add(parent, {}, Kind::object);
    const auto put = [&](std::string_view name, std::string_view text) {
        if (!text.empty()) {
            document.add(row, name, Kind::string, document.keep(text));
        }
    };
    put("id", exchange.id);
    put("state", core::to_text(exchange.state));
    put("code", exchange.code);
    put("received", base::to_rfc3339(exchange.received));
    put("sender", exchange.sender);
    put("receiver", exchange.receiver);
    put("agreement", exchange.agreement);
    put("purpose", exchange.purpose);
    put("mediaType", exchange.media_type);
    put("profile", exchange.profile);
    put("strength", exchange.strength);
    if (exchange.jti.starts_with(exchange::kAgain)) {
        auto earlier = std::string_view(exchange.jti).substr(exchange::kAgain.size());
        earlier.remove_suffix(earlier.ends_with("/0") ? 2 : 0);
        put("replaces", earlier);
    }
    document.add(row, "records", Kind::number, document.keep(std::to_string(exchange.records)));
    document.add(row, "refused", Kind::number, document.keep(std::to_string(exchange.refused)));
    document.add(row, "ledgerIndex", Kind::number,
                 document.keep(std::to_string(exchange.ledger_index)));
}

std::vector<std::pair<std::string, std::string>> query_values(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> values;
    if (query.empty()) {
        return values;
    }
    for (const auto part : base::split(query, '&')) {
        const auto equals = std::min(part.find('='), part.size());
        const auto value = equals < part.size() ? part.substr(equals + 1) : std::string_view{};
        values.emplace_back(percent_decoded(part.substr(0, equals)), percent_decoded(value));
    }
    return values;
}

std::string query_value(std::string_view query, std::string_view name)
{
    for (auto& [key, value] : query_values(query)) {
        if (key == name) {
            return std::move(value);
        }
    }
    return {};
}

base::Result<Reason> reason_of(const net::Request& request)
{
    Reason reason{std::string(base::trim(request.header("exchange-purpose"))),
                  std::string(base::trim(request.header("exchange-justification")))};
    if (reason.purpose.empty()) {
        return base::fail(base::Errc::purpose_missing, "Exchange-Purpose",
                          {"la finalidad (v3-ActReason)", "the purpose (v3-ActReason)"},
                          base::kind_of({}));
    }
    if (reason.justification.empty()) {
        return base::fail(base::Errc::purpose_missing, "Exchange-Justification",
                          {"por qué se consulta", "why it is read"}, base::kind_of({}));
    }
    return reason;
}

core::AuditEvent audit_event(const Call& call, core::AuditKind kind, const Reason& reason,
                             std::string entity, std::string_view outcome)
{
    const auto now = call.services.now();
    return {.id = core::new_id(now),
            .kind = kind,
            .when = now,
            .agent = call.caller == nullptr ? std::string{} : call.caller->institution.id,
            .address = call.request.peer.address,
            .purpose = reason.purpose,
            .justification = reason.justification,
            .agreement = {},
            .exchange = {},
            .person = {},
            .outcome = std::string(outcome),
            .entity = std::move(entity)};
}

boost::asio::awaitable<base::Result<void>> record(Services& services, core::AuditEvent event)
{
    store::Act act;
    const std::string_view evt = event.kind == core::AuditKind::denied          ? "denied"
                                 : event.kind == core::AuditKind::ledger_forked ? "ledger-forked"
                                                                                : "read";
    act.prepare = [event = std::move(event), evt](const store::Position& position,
                                                  std::string& leaf) -> base::Result<store::Rows> {
        leaf = evidence::LeafFields{.seq = position.index,
                                    .t = base::to_rfc3339(event.when),
                                    .evt = std::string(evt),
                                    .exch = event.exchange,
                                    .req = {},
                                    .jws = {},
                                    .agr = event.agreement,
                                    .pou = event.purpose,
                                    .iss = event.agent,
                                    .aud = {},
                                    .aud_event = evidence::digest_claim(canonical(event))}
                   .to_json();
        store::Rows rows;
        rows.audit.push_back(event);
        return rows;
    };
    const auto done = co_await exchange::commit(services.committer, std::move(act));
    if (!done) {
        co_return base::Failure(done.error());
    }
    co_return base::Result<void>{};
}

boost::asio::awaitable<net::Response> deny(Call& call, const Reason& reason, std::string entity,
                                           const base::Error& error, std::optional<Denied> denied)
{
    call.services.metrics.read(entity, false);
    auto event = audit_event(call, core::AuditKind::denied, reason, std::move(entity),
                             base::info(error.code).id);
    if (denied) {
        event.agreement = std::move(denied->agreement);
        event.person = std::move(denied->person);
        event.decision = std::move(denied->clauses);
    }
    const auto recorded = co_await record(call.services, std::move(event));
    co_return refuse(call.request, recorded ? error : recorded.error());
}

}  // namespace gateway::api
