#include "gateway/api/hl7v2.hpp"

#include "fhir_models/base/bytes.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/exchange/acknowledgement.hpp"
#include "gateway/exchange/routes.hpp"
#include "mapping/hl7v2/reader.hpp"

namespace gateway::api {
namespace {

using base::Errc;

/// The intake of one message under the route that speaks for its sender.
base::Result<exchange::Intake> admit(Services& services, std::string listener,
                                     std::string_view certified, std::string message,
                                     const net::Peer& peer)
{
    const exchange::Arrival arrival{.listener = listener,
                                    .port = peer.local_port,
                                    .certificate = certified,
                                    .address = peer.address,
                                    .media_type = "application/hl7-v2",
                                    .bytes = message};
    const auto directory = services.directory.get();
    const auto* route = exchange::find_route(directory->routes(), arrival);
    if (route == nullptr) {  // nobody can speak for what is no message: say that instead
        if (const auto messages = mapping::hl7v2::find_messages(message); !messages) {
            return base::Failure(messages.error());
        }
    }
    if (route == nullptr || (!certified.empty() && route->institution != certified)) {
        return base::fail(Errc::no_route, "MSH-3",
                          {"una ruta inscrita para este remitente y mensaje",
                           "a route enrolled for this sender and message"});
    }
    exchange::Intake intake{.listener = std::move(listener), .address = peer.address};
    exchange::apply_route(*route, intake);
    intake.media_type = "application/hl7-v2";
    intake.bytes = std::move(message);
    intake.digest = base::sha256(intake.bytes);
    intake.jti = "sha-256:" + base::to_hex(base::view(intake.digest));
    intake.received = services.now();
    if (!peer.certificate_der.empty()) {
        intake.transport_thumbprint = base::to_hex(base::view(base::sha256(peer.certificate_der)));
    }
    return intake;
}

}  // namespace

boost::asio::awaitable<std::string> take_hl7v2(Services& services, std::string listener,
                                               std::string certified, std::string message,
                                               net::Peer peer, std::string trace_id)
{
    const auto head = std::string(exchange::head_of(message));  // MSH alone makes an ACK
    auto intake = admit(services, listener, certified, std::move(message), peer);
    if (!intake) {
        services.metrics.exchange(listener, "failed");
        co_return exchange::acknowledgement(head, {base::to_issue(intake.error())}, services.now(),
                                            trace_id, trace_id);
    }
    intake->trace_id = trace_id;
    auto answer = co_await services.line.submit(*std::move(intake));
    if (!answer) {
        services.metrics.exchange(listener, "failed");
        co_return exchange::acknowledgement(head, {base::to_issue(answer.error())}, services.now(),
                                            trace_id, trace_id);
    }
    const bool rejected = answer->exchange.state == core::State::rejected;
    services.metrics.exchange(listener, answer->repeated ? "repeated"
                                        : rejected       ? "rejected"
                                                         : "accepted");
    co_return std::move(answer->ack);
}

boost::asio::awaitable<net::Response> submit_hl7v2(Call call)
{
    const auto type = call.request.header("content-type");
    if (type.find("hl7-v2") == std::string_view::npos) {
        const auto error =
            base::fail(Errc::unsupported_media_type, "Content-Type",
                       {"application/hl7-v2", "application/hl7-v2"}, base::kind_of(type));
        co_return refuse(call.request, error.value());
    }
    auto ack = co_await take_hl7v2(call.services, "hl7v2", call.caller->institution.id,
                                   call.request.body, call.request.peer, call.request.trace_id);
    co_return reply(200, "application/hl7-v2; charset=utf-8", std::move(ack));
}

std::function<boost::asio::awaitable<std::string>(std::string, net::Peer)> mllp(Services& services)
{
    return [&services](std::string message, net::Peer peer) -> boost::asio::awaitable<std::string> {
        auto trace_id = core::new_id(services.now());
        std::string certified;
        if (!peer.certificate_der.empty()) {
            const auto directory = services.directory.get();
            const auto member = caller_of(services, *directory, peer);
            if (!member) {
                const auto head = std::string(exchange::head_of(message));
                co_return exchange::acknowledgement(head, {base::to_issue(member.error())},
                                                    services.now(), trace_id, trace_id);
            }
            certified = (*member)->institution.id;
        }
        co_return co_await take_hl7v2(services, "mllp", std::move(certified), std::move(message),
                                      std::move(peer), std::move(trace_id));
    };
}

}  // namespace gateway::api
