#include <algorithm>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/retention.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;
using fhir::r4::Kind;

/// What an authority orders, as it is told in the body.
struct Order {
    std::string number;
    std::string authority;
};

bool is_plain(std::string_view text)
{
    constexpr std::size_t kLongest = 200;
    return !text.empty() && text.size() <= kLongest &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

base::Result<Order> order_in(const net::Request& request)
{
    const auto json = fhir::r4::read_json(request.body);
    if (!json) {
        return base::Failure(json.error());
    }
    for (const std::string_view name : {"number", "authority"}) {
        const auto text = json->root().text_of(name);
        if (!is_plain(text)) {
            return base::fail(Errc::malformed_request, "/" + std::string(name),
                              {"texto de 1 a 200 caracteres", "text of 1 to 200 characters"},
                              base::kind_of(text));
        }
    }
    return Order{std::string(json->root().text_of("number")),
                 std::string(json->root().text_of("authority"))};
}

/// What is common to all three: who may, which exchange, the audit event.
struct Ordered {
    core::Exchange exchange;
    Order order;
    core::AuditEvent event;
};

base::Result<Ordered> ordered(const Call& call, const Reason& reason, std::string_view verb)
{
    if (!call.caller->has_role("administrator") && !call.caller->has_role("privacy-officer")) {
        return base::fail(Errc::not_permitted, "role",
                          {"administrator o privacy-officer", "administrator or privacy-officer"});
    }
    auto order = order_in(call.request);
    if (!order) {
        return base::Failure(order.error());
    }
    const auto& services = call.services;
    auto found = services.store.find_exchange(call.open.front());
    const auto received = services.store.read_audit({.limit = 1,
                                                     .exchange = std::string(call.open.front()),
                                                     .kind = core::AuditKind::received});
    if (!found || !received) {
        return base::Failure(found ? received.error() : found.error());
    }
    if (!*found || (*found)->ledger != services.self.ledger_origin ||
        (*found)->state == core::State::open) {
        return base::fail(
            Errc::not_found, "exchange",
            {"un intercambio recibido por este nodo", "an exchange that this node took"});
    }
    auto event =
        audit_event(call, core::AuditKind::administered, reason,
                    std::string(verb) + " " + order->number + ", " + order->authority, "PU-0000");
    event.exchange = (*found)->id;
    event.agreement = (*found)->agreement;
    event.person = received->empty() ? std::string() : received->front().person;
    return Ordered{**std::move(found), *std::move(order), std::move(event)};
}

base::Result<store::Act> held(const Call& call, const Reason& reason)
{
    auto made = ordered(call, reason, "hold");
    if (!made) {
        return base::Failure(made.error());
    }
    const auto erasure = call.services.store.erasure_of(made->exchange.id);
    if (!erasure) {
        return base::Failure(erasure.error());
    }
    if (*erasure) {  // an authority must not think that it is kept
        return base::fail(Errc::not_found, "payload, erased " + base::to_rfc3339((*erasure)->at),
                          {"un contenido que no se haya borrado", "a payload that was not erased"});
    }
    store::LegalHold hold{made->exchange.id,    made->order.number, made->order.authority,
                          reason.justification, made->event.when,   {}};
    return exchange::hold_act(made->exchange, std::move(hold), std::move(made->event),
                              call.services.self);
}

base::Result<store::Act> released(const Call& call, const Reason& reason)
{
    auto made = ordered(call, reason, "release");
    if (!made) {
        return base::Failure(made.error());
    }
    store::HoldRelease release{made->exchange.id, made->order.number, made->event.when};
    return exchange::release_act(made->exchange, std::move(release), std::move(made->event),
                                 call.services.self);
}

base::Result<store::Act> erased(const Call& call, const Reason& reason)
{
    auto made = ordered(call, reason, "erase");
    if (!made) {
        return base::Failure(made.error());
    }
    const auto holds = call.services.store.holds_of(made->exchange.id);
    if (!holds) {
        return base::Failure(holds.error());
    }
    if (std::ranges::any_of(*holds, [](const auto& hold) { return !hold.released; })) {
        return base::fail(Errc::must_be_kept, "exchange",
                          {"un intercambio sin resguardo legal vigente",
                           "an exchange without a legal hold that stands"});
    }
    store::Erasure erasure{made->exchange.id, made->event.when, made->order.number};
    return exchange::erase_act(made->exchange, std::move(erasure), std::move(made->event),
                               call.services.self);
}

/// The orders about an exchange as they stand.
std::string to_json(const std::vector<store::LegalHold>& holds)
{
    fhir::r4::Document json;
    json.root().kind = Kind::object;
    auto& list = json.add(json.root(), "holds", Kind::array);
    for (const auto& hold : holds) {
        auto& one = json.add(list, {}, Kind::object);
        const auto text = [&](std::string_view name, std::string_view value) {
            json.add(one, name, Kind::string, json.keep(value));
        };
        text("number", hold.number);
        text("authority", hold.authority);
        text("reason", hold.reason);
        text("placed", base::to_rfc3339(hold.placed));
        if (hold.released) {
            text("released", base::to_rfc3339(*hold.released));
        }
    }
    return fhir::r4::to_json(json.root());
}

using MakeAct = base::Result<store::Act> (*)(const Call&, const Reason&);

boost::asio::awaitable<net::Response> carry_out(Call call, std::string what, MakeAct make)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, what, reason.error());
    }
    auto prepare = [&call, &reason, make] { return make(call, *reason); };
    auto act = co_await runtime::offload(call.services.work, std::move(prepare));
    if (!act) {
        co_return co_await deny(call, *reason, what, act.error());
    }
    const auto done = co_await exchange::commit(call.services.committer, *std::move(act));
    if (!done) {
        co_return refuse(call.request, done.error());
    }
    auto look = [&call] { return call.services.store.holds_of(call.open.front()); };
    const auto holds = co_await runtime::offload(call.services.work, std::move(look));
    co_return holds ? reply(200, "application/json", to_json(*holds))
                    : refuse(call.request, holds.error());
}

}  // namespace

boost::asio::awaitable<net::Response> hold_exchange(Call call)
{
    return carry_out(std::move(call), "hold", held);
}

boost::asio::awaitable<net::Response> release_exchange(Call call)
{
    return carry_out(std::move(call), "release", released);
}

boost::asio::awaitable<net::Response> erase_exchange(Call call)
{
    return carry_out(std::move(call), "erase", erased);
}

}  // namespace gateway::api
