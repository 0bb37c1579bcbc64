#include "gateway/agreements/acts.hpp"

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"

namespace gateway::agreements {
namespace {

using base::Errc;
using base::fail;

base::Failure wrong(std::string_view claim, base::Text expected)
{
    return fail(Errc::claim_mismatch, std::string(claim), std::move(expected));
}

std::optional<base::Instant> moment(const fhir::r4::Node& claims, std::string_view name)
{
    const auto* const node = claims.find(name);
    const auto seconds = node != nullptr && node->kind == fhir::r4::Kind::number
                             ? base::to_size(node->text)
                             : std::nullopt;
    return seconds ? std::optional(base::from_seconds(static_cast<std::int64_t>(*seconds)))
                   : std::nullopt;
}

/// What the claims say beside who, when and of which bytes.
base::Result<Act> act_of(const fhir::r4::Node& claims, base::Instant signed_at)
{
    const auto from = moment(claims, "nbf");
    if (!from || *from < signed_at) {  // an act never reaches into the past
        return wrong("nbf", {"un momento no anterior a iat", "a moment not before iat"});
    }
    const auto until = moment(claims, "exp");
    const auto kind = claims.text_of("act");
    if (kind != "revoke" && kind != "suspend") {
        return wrong("act", {"revoke o suspend", "revoke or suspend"});
    }
    const bool fits = kind == "suspend" ? until && *until > *from : claims.find("exp") == nullptr;
    if (!fits) {
        return wrong("exp", {"sólo en una suspensión, y después de nbf",
                             "in a suspension only, and after nbf"});
    }
    if (claims.text_of("reason").empty()) {
        return wrong("reason", {"el motivo", "the reason"});
    }
    Act act;
    act.from = *from;
    act.until = until;
    act.reason = claims.text_of("reason");
    return act;
}

}  // namespace

base::Result<std::string> sign_act(std::string_view bytes, const ActPlan& plan,
                                   const crypto::PrivateKey& key,
                                   const crypto::Certificate& certificate, base::Instant now)
{
    const auto from = base::to_seconds(plan.from);
    if (from < base::to_seconds(now)) {
        return fail(Errc::wrong_usage, "--from", {"ahora o después", "now or later"});
    }
    if (plan.until && base::to_seconds(*plan.until) <= from) {
        return fail(Errc::wrong_usage, "--until", {"después del inicio", "after the beginning"});
    }
    if (plan.reason.empty()) {
        return fail(Errc::wrong_usage, "--reason", {"el motivo", "the reason"});
    }
    std::string more = plan.until ? R"(,"act":"suspend")" : R"(,"act":"revoke")";
    more.append(",\"nbf\":").append(std::to_string(from));
    if (plan.until) {
        more.append(",\"exp\":").append(std::to_string(base::to_seconds(*plan.until)));
    }
    more.append(",\"reason\":");
    fhir::r4::write_json_string(plan.reason, more);
    return sign_statement(bytes, {kActTyp, more}, key, certificate, now);
}

base::Result<Act> read_act(const Agreement& agreement, std::string token,
                           std::string certificate_pem, SignatureChecker& checker)
{
    const auto statement = checker.check_one(token, certificate_pem, kActTyp, agreement.bytes);
    if (!statement) {
        return base::Failure(statement.error());
    }
    if (agreement.party(statement->institution) == nullptr) {
        return wrong("iss", {"una de las partes del convenio", "a party of the agreement"});
    }
    auto act = act_of(statement->claims.root(), statement->when);
    if (act) {
        act->institution = statement->institution;
        act->jws = std::move(token);
        act->certificate = std::move(certificate_pem);
    }
    return act;
}

}  // namespace gateway::agreements
