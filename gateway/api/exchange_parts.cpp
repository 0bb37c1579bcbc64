#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "gateway/api/endpoints.hpp"
#include "gateway/api/reply.hpp"
#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/completion.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/dead_letter.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/exchange/request_check.hpp"
#include "gateway/exchange/versions.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {
namespace {

using base::Errc;

/// Evidence asked for within the second of its exchange waits for that second's checkpoint.
constexpr int kCheckpointRounds = 10;
constexpr std::chrono::milliseconds kCheckpointRound{250};

base::Failure absent()
{
    return base::fail(
        Errc::not_found, "exchange",
        {"un intercambio del que se es parte", "an exchange the caller is a party of"});
}

/// The exchange of the path when the caller is `sender`, `receiver` or (where allowed) an auditor.
base::Result<core::Exchange> visible(const Call& call, bool to_auditors)
{
    auto found = call.services.store.find_exchange(call.open.front());
    if (!found) {
        return base::Failure(found.error());
    }
    const auto& id = call.caller->institution.id;
    if (*found && ((*found)->sender == id || (*found)->receiver == id ||
                   (to_auditors && call.caller->has_role("auditor")))) {
        return **std::move(found);
    }
    return absent();
}

struct Payload {
    core::Exchange exchange;
    std::string bytes;
    std::string media_type;
    std::string receipt;
    std::uint32_t next = 0;  ///< of a load: `after` of the next part; 0: there is none
};

base::Result<exchange::Part> find_part(const Call& call, const core::Exchange& exchange,
                                       bool source)
{
    if (!source) {
        const auto after = base::to_size(query_value(call.request.query, "after")).value_or(0);
        return exchange::payload_part(exchange.id, static_cast<std::uint32_t>(after),
                                      call.services.self, call.services.store);
    }
    auto bytes =
        exchange::payload_of(exchange.id, "source", call.services.self, call.services.store);
    if (!bytes) {
        return base::Failure(bytes.error());
    }
    return exchange::Part{*std::move(bytes), 0, true};
}

base::Result<Payload> find_payload(const Call& call, bool source)
{
    auto exchange = visible(call, false);
    if (!exchange) {
        return base::Failure(exchange.error());
    }
    if (source && exchange->sender != call.caller->institution.id) {
        return absent();
    }
    const auto book = call.services.book.get();
    if (exchange->state == core::State::accepted &&
        exchange->receiver == call.caller->institution.id) {  // a mailbox is a delivery
        if (auto stands = exchange::agreement_of(*exchange, *book, call.services.now()); !stands) {
            return base::Failure(stands.error());
        }
    }
    auto part = find_part(call, *exchange, source);
    if (!part) {
        return base::Failure(part.error());
    }
    auto receipt = exchange::document_of(exchange->id, "receipt.jws", call.services.store);
    if (!receipt) {
        return base::Failure(receipt.error());
    }
    std::string media_type = exchange->records > 1 || part->last_record != 0
                                 ? "application/fhir+ndjson"
                                 : "application/fhir+json";
    if (source) {
        media_type = exchange->media_type;
    }
    return Payload{*std::move(exchange), std::move(part->bytes), std::move(media_type),
                   *std::move(receipt), part->is_last ? 0 : part->last_record};
}

/// The completion of a pulled or asynchronous delivery; nothing when it was completed before.
base::Result<std::optional<store::Act>> countersigned(const Call& call)
{
    auto exchange = visible(call, false);
    if (!exchange) {
        return base::Failure(exchange.error());
    }
    if (exchange->receiver != call.caller->institution.id ||
        exchange->state == core::State::rejected) {
        return absent();
    }
    auto receipt = exchange::document_of(exchange->id, "receipt.jws", call.services.store);
    auto request = exchange::document_of(exchange->id, "request.jws", call.services.store);
    if (!receipt || !request) {
        return base::Failure(receipt ? request.error() : receipt.error());
    }
    const auto book = call.services.book.get();
    const auto agreement = exchange::agreement_of(*exchange, *book, call.services.now());
    if (!agreement) {
        return base::Failure(agreement.error());
    }
    const auto claims =
        exchange::check_delivery(call.request.body, *exchange, *receipt,
                                 exchange::countersigners(*exchange, **agreement, *call.directory),
                                 call.services.self, call.services.now());
    if (!claims) {
        return base::Failure(claims.error());
    }
    if (exchange->state != core::State::accepted) {
        return std::optional<store::Act>{};
    }
    exchange::Handover handover{
        .delivery_jws = call.request.body,
        .transport = base::to_hex(base::view(base::sha256(call.request.peer.certificate_der))),
        .status = 0,
        .answer = {},
        .address = call.request.peer.address};
    return std::optional(exchange::completion_act(*exchange, *std::move(receipt),
                                                  *std::move(request), std::move(handover), *claims,
                                                  call.services.self, call.services.now()));
}

/// The outbox item again, chained and audited; ordered with the person it was ordered with before.
base::Result<store::Act> replayed(const Call& call, const Reason& reason)
{
    auto& services = call.services;
    const auto found = services.store.find_exchange(call.open.front());
    const auto received = services.store.read_audit({.limit = 1,
                                                     .exchange = std::string(call.open.front()),
                                                     .kind = core::AuditKind::received});
    if (!found || !received) {
        return base::Failure(found ? received.error() : found.error());
    }
    const bool may = *found && ((*found)->sender == call.caller->institution.id ||
                                call.caller->has_role("administrator"));
    const auto completion =
        exchange::document_of(call.open.front(), "completion.jws", services.store);
    const auto after = *found ? exchange::version_after(**found, 0, services.store)
                              : base::Result<std::optional<core::Exchange>>(std::nullopt);
    if (!completion || !after) {
        return base::Failure(completion ? after.error() : completion.error());
    }
    if (*after) {
        return base::fail(Errc::replayed, "exchange " + (*after)->id,
                          {"la versión que la sustituye, que es la que se entrega",
                           "the version that replaces it, which is the one to be delivered"});
    }
    if (!may || (*found)->state != core::State::dead || !completion->empty()) {
        return base::fail(Errc::not_found, "exchange",
                          {"un intercambio propio cuya entrega se abandonó",
                           "an exchange of one's own whose delivery was given up"});
    }
    auto event = audit_event(call, core::AuditKind::administered, reason, "replay", "PU-0000");
    event.exchange = (*found)->id;
    event.agreement = (*found)->agreement;
    event.person = received->empty() ? std::string() : received->front().person;
    return exchange::replay_act(**found, std::move(event), services.self);
}

}  // namespace

boost::asio::awaitable<net::Response> show_receipt(Call call)
{
    auto find = [&call]() -> base::Result<std::pair<core::Exchange, std::string>> {
        auto exchange = visible(call, true);
        if (!exchange) {
            return base::Failure(exchange.error());
        }
        auto receipt = exchange::document_of(exchange->id, "receipt.jws", call.services.store);
        if (!receipt) {
            return base::Failure(receipt.error());
        }
        return std::pair(*std::move(exchange), *std::move(receipt));
    };
    auto found = co_await runtime::offload(call.services.work, std::move(find));
    if (!found) {
        co_return refuse(call.request, found.error());
    }
    if (found->first.state == core::State::open) {
        auto response = reply(202, "application/json", "{\"state\":\"open\"}");
        response.headers.emplace_back("retry-after", "1");
        co_return response;
    }
    co_return reply(200, "application/jose", std::move(found->second));
}

boost::asio::awaitable<net::Response> show_record(Call call)
{
    auto find = [&call]() -> base::Result<std::string> {
        const auto exchange = visible(call, true);
        const auto record = base::to_size(call.open.back());
        if (!exchange || !record) {
            return exchange ? absent() : base::Failure(exchange.error());
        }
        const auto lines = exchange::records_of(exchange->id, call.services.store);
        if (!lines) {
            return base::Failure(lines.error());
        }
        return exchange::record_proof(*lines, *record);
    };
    auto proof = co_await runtime::offload(call.services.work, std::move(find));
    if (!proof) {
        co_return refuse(call.request, proof.error());
    }
    co_return reply(200, "application/json", *std::move(proof));
}

boost::asio::awaitable<net::Response> show_evidence(Call call)
{
    auto find = [&call]() -> base::Result<std::string> {
        const auto exchange = visible(call, true);
        if (!exchange) {
            return base::Failure(exchange.error());
        }
        return exchange::evidence_of(*exchange, call.services.self, call.services.store);
    };
    auto tar = co_await runtime::offload(call.services.work, find);
    for (int i = 0; i < kCheckpointRounds && !tar && tar.error().code == Errc::overloaded; ++i) {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                        kCheckpointRound);
        co_await timer.async_wait(boost::asio::use_awaitable);
        tar = co_await runtime::offload(call.services.work, find);
    }
    if (!tar) {
        co_return refuse(call.request, tar.error());
    }
    co_return reply(200, "application/x-tar", *std::move(tar));
}

boost::asio::awaitable<net::Response> show_payload(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "payload", reason.error());
    }
    auto find = [&call, source = query_value(call.request.query, "as") == "source"] {
        return find_payload(call, source);
    };
    auto payload = co_await runtime::offload(call.services.work, std::move(find));
    if (!payload) {
        co_return co_await deny(call, *reason, "payload", payload.error());
    }
    auto event = audit_event(call, core::AuditKind::read, *reason, "payload", "PU-0000");
    event.exchange = payload->exchange.id;
    event.agreement = payload->exchange.agreement;
    const auto recorded = co_await record(call.services, std::move(event));
    if (!recorded) {
        co_return refuse(call.request, recorded.error());
    }
    call.services.metrics.read("payload", true);
    auto response = reply(200, payload->media_type, std::move(payload->bytes));
    response.headers.emplace_back("content-digest",
                                  exchange::content_digest(base::sha256(response.body)));
    response.headers.emplace_back("exchange-receipt", payload->receipt);
    if (payload->next != 0) {
        response.headers.emplace_back("exchange-next", std::to_string(payload->next));
    }
    co_return response;
}

boost::asio::awaitable<net::Response> take_delivery(Call call)
{
    auto check = [&call] { return countersigned(call); };
    auto act = co_await runtime::offload(call.services.work, std::move(check));
    if (!act) {
        co_return refuse(call.request, act.error());
    }
    if (*act) {
        const auto done = co_await exchange::commit(call.services.committer, **std::move(act));
        if (!done) {
            co_return refuse(call.request, done.error());
        }
        call.services.metrics.delivery("completed");
    }
    auto find = [&call] {
        return exchange::document_of(call.open.front(), "completion.jws", call.services.store);
    };
    auto completion = co_await runtime::offload(call.services.work, std::move(find));
    if (!completion) {
        co_return refuse(call.request, completion.error());
    }
    co_return reply(200, "application/jose", *std::move(completion));
}

boost::asio::awaitable<net::Response> replay_exchange(Call call)
{
    const auto reason = reason_of(call.request);
    if (!reason) {
        const Reason none{};
        co_return co_await deny(call, none, "replay", reason.error());
    }
    auto find = [&call, &reason] { return replayed(call, *reason); };
    auto act = co_await runtime::offload(call.services.work, std::move(find));
    if (!act) {
        co_return co_await deny(call, *reason, "replay", act.error());
    }
    const auto done = co_await exchange::commit(call.services.committer, *std::move(act));
    co_return done ? reply(202, "application/json", "{\"state\":\"accepted\"}")
                   : refuse(call.request, done.error());
}

}  // namespace gateway::api
