#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using attest::Verdict;

std::string_view to_text(Verdict verdict)
{
    switch (verdict) {
        case Verdict::cosigned:
            return "cosigned";
        case Verdict::moved:
            return "moved";
        case Verdict::forked:
            return "forked";
        default:
            return "refused";
    }
}

/// Who showed the fork: by the name in its certificate, enrolled or not.
core::AuditEvent fork_event(const Call& call, const attest::WitnessAnswer& answer)
{
    auto event = audit_event(call, core::AuditKind::ledger_forked, {}, "ledger " + answer.forked,
                             base::info(base::Errc::ledger_inconsistent).id);
    const auto shown = crypto::Certificate::from_der(call.request.peer.certificate_der);
    if (event.agent.empty() && shown) {
        event.agent = shown->uri();
    }
    return event;
}

net::Response to_response(const Call& call, attest::WitnessAnswer answer)
{
    if (answer.verdict == Verdict::cosigned) {
        return reply(answer.status, "text/plain; charset=utf-8", std::move(answer.body));
    }
    if (answer.status == 409) {
        return reply(answer.status, "text/x.tlog.size", std::move(answer.body));
    }
    auto refusal = refuse(call.request, answer.why);
    refusal.status = answer.status;
    return refusal;
}

}  // namespace

boost::asio::awaitable<net::Response> add_checkpoint(Call call)
{
    if (call.request.peer.certificate_der.empty()) {
        const auto error = base::fail(
            base::Errc::not_permitted, "certificate",
            {"un certificado de cliente de la red", "a client certificate of the network"});
        co_return refuse(call.request, error.value());
    }
    const auto& services = call.services;
    auto judge = [&] {
        return services.witness->add_checkpoint(call.request.body, services.now());
    };
    auto answer = co_await runtime::offload(call.services.work, std::move(judge));
    if (!answer) {
        co_return refuse(call.request, answer.error());
    }
    call.services.metrics.witnessed(to_text(answer->verdict));
    if (answer->verdict == Verdict::forked) {
        auto event = fork_event(call, *answer);
        if (const auto kept = co_await record(call.services, std::move(event)); !kept) {
            co_return refuse(call.request, kept.error());
        }
    }
    co_return to_response(call, *std::move(answer));
}

}  // namespace gateway::api
