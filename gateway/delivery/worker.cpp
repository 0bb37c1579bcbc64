#include "gateway/delivery/worker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <random>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "gateway/delivery/hl7v2.hpp"
#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/completion.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/dead_letter.hpp"
#include "gateway/exchange/request_check.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::delivery {
namespace {

namespace asio = boost::asio;
using base::Errc;

constexpr std::int64_t kLease =
    25'000'000;  ///< longer than an answer is waited for: a killed node's items come back
constexpr std::chrono::seconds kAnswerWait{20};
constexpr std::chrono::milliseconds kRest{500};

double dice()
{
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string_view header(const net::Headers& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

bool is_mllp(std::string_view url)
{
    return url.starts_with("mllp");
}

bool is_hl7v2(const config::Institution& institution)
{
    return institution.delivery_format == "hl7v2" || is_mllp(institution.delivery_url);
}

}  // namespace

Worker::Worker(const asio::any_io_executor& executor, Parts parts)
    : parts_(std::move(parts)), strand_(asio::make_strand(executor)), bell_(strand_)
{
}

void Worker::start()
{
    ++running_;
    asio::co_spawn(strand_, run(), asio::detached);
}

void Worker::poke()
{
    asio::dispatch(strand_, [this] { bell_.cancel(); });
}

void Worker::stop()
{
    stopping_ = true;
    poke();
}

asio::awaitable<void> Worker::rest()
{
    bell_.expires_after(kRest);
    co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Worker::run()
{
    while (!stopping_) {
        if (delivering_ >= parts_.in_flight) {
            co_await rest();
            continue;
        }
        auto lease = [this, room = parts_.in_flight - delivering_] {
            return parts_.store.lease_due(parts_.now(), room, kLease);
        };
        auto due = co_await runtime::offload(parts_.work, std::move(lease));
        if (!due || due->empty()) {
            co_await rest();
            continue;
        }
        for (auto& item : *due) {
            ++delivering_;
            ++running_;
            asio::co_spawn(strand_, deliver(std::move(item)), asio::detached);
        }
    }
    --running_;
}

base::Result<Worker::Parcel> Worker::pack(const store::OutboxItem& item) const
{
    auto found = parts_.store.find_exchange(item.exchange);
    if (!found) {
        return base::Failure(found.error());
    }
    const auto directory = parts_.directory.get();
    const auto* partner = directory->find(item.partner);
    if (!*found || partner == nullptr || partner->institution.delivery_url.empty()) {
        return base::fail(
            Errc::partner_unreachable, "delivery_url",
            {"la dirección de entrega del destinatario", "the receiver's delivery address"});
    }
    const auto book = parts_.book.get();
    if (auto stands = exchange::agreement_of(**found, *book, parts_.now()); !stands) {
        return base::Failure(stands.error());  // nothing leaves under what no longer stands
    }
    auto part = exchange::payload_part(item.exchange, 0, parts_.self, parts_.store);
    auto receipt = exchange::document_of(item.exchange, "receipt.jws", parts_.store);
    auto request = exchange::document_of(item.exchange, "request.jws", parts_.store);
    if (!part || !receipt || !request) {
        return base::Failure(!part ? part.error() : !receipt ? receipt.error() : request.error());
    }
    return Parcel{**std::move(found),
                  partner->institution.delivery_url,
                  *std::move(receipt),
                  *std::move(request),
                  *std::move(part),
                  1,
                  is_hl7v2(partner->institution)};
}

asio::awaitable<base::Result<net::ClientAnswer>> Worker::send_part(const Parcel& parcel)
{
    const auto& part = parcel.part;
    const bool many = part.last_record != 0 || parcel.exchange.records > 1;
    net::Headers headers{
        {"content-type", many ? "application/fhir+ndjson" : "application/fhir+json"},
        {"content-digest", exchange::content_digest(base::sha256(part.bytes))},
        {"exchange-id", parcel.exchange.id},
        {"exchange-receipt", parcel.receipt}};
    if (parcel.number > 1 || !part.is_last) {
        headers.emplace_back("exchange-part",
                             std::to_string(parcel.number) + (part.is_last ? "; last" : ""));
    }
    co_return co_await parts_.client.send("POST", parcel.url, std::move(headers), part.bytes,
                                          kAnswerWait);
}

/// The next part in the place of the one that was taken; the lease goes on.
asio::awaitable<base::Result<void>> Worker::next_part(Parcel& parcel)
{
    auto fetch = [this, &parcel]() -> base::Result<exchange::Part> {
        const auto& id = parcel.exchange.id;
        if (auto held = parts_.store.hold(id, {parts_.now().microseconds + kLease}); !held) {
            return base::Failure(held.error());
        }
        return exchange::payload_part(id, parcel.part.last_record, parts_.self, parts_.store);
    };
    auto part = co_await runtime::offload(parts_.work, std::move(fetch));
    if (!part) {
        co_return base::Failure(part.error());
    }
    parcel.part = *std::move(part);
    ++parcel.number;
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> Worker::hand_over(Parcel& parcel)
{
    for (;;) {
        const auto answer = co_await send_part(parcel);
        if (!answer) {
            co_return base::Failure(answer.error());
        }
        const auto status = answer->response.status;
        const bool taken =
            status == 200 || status == 201 || (status == 202 && !parcel.part.is_last);
        if (!taken) {
            co_return base::fail(
                Errc::partner_unreachable, "HTTP " + std::to_string(status),
                {"200 o 201 con la contrafirma", "200 or 201 with the countersignature"});
        }
        if (parcel.part.is_last) {
            co_return co_await complete(parcel, *answer, {});
        }
        if (auto next = co_await next_part(parcel); !next) {
            co_return next;
        }
    }
}

struct Worker::Sent {
    base::Sha256 messages;
    net::ClientAnswer answer;  ///< the last; its body has all acknowledgements
    std::string acks;
    std::uint32_t records = 0;
};

asio::awaitable<base::Result<net::ClientAnswer>> Worker::send_message(const Parcel& parcel,
                                                                      std::string message)
{
    if (is_mllp(parcel.url)) {
        co_return co_await parts_.client.send_mllp(parcel.url, std::move(message), kAnswerWait);
    }
    auto answer = co_await parts_.client.send(
        "POST", parcel.url, {{"content-type", "application/hl7-v2; charset=utf-8"}},
        std::move(message), kAnswerWait);
    if (answer && answer->response.status != 200) {
        co_return base::fail(Errc::partner_unreachable,
                             "HTTP " + std::to_string(answer->response.status),
                             {"200 con el acuse", "200 with the acknowledgement"});
    }
    co_return answer;
}

/// The records of a part, each a message that its acknowledgement must take before the next.
asio::awaitable<base::Result<void>> Worker::send_messages(const Parcel& parcel, Sent& sent)
{
    const auto translator = parts_.translator.get();
    const bool many = parcel.exchange.records > 1;
    for (const auto line : base::split(base::trim(parcel.part.bytes), '\n')) {
        ++sent.records;
        auto make = [&]() -> base::Result<V2Message> {
            if (many) {  // each may take as long as a lease
                const auto until = base::Instant{parts_.now().microseconds + kLease};
                if (auto held = parts_.store.hold(parcel.exchange.id, until); !held) {
                    return base::Failure(held.error());
                }
            }
            return message_of(line, parcel.exchange, many ? sent.records : 0, *translator);
        };
        auto message = co_await runtime::offload(parts_.work, std::move(make));
        if (!message) {
            co_return base::Failure(message.error());
        }
        sent.messages.update(message->bytes);
        auto answer = co_await send_message(parcel, std::move(message->bytes));
        if (!answer) {
            co_return base::Failure(answer.error());
        }
        if (auto taken = check_ack(answer->response.body, message->control_id); !taken) {
            co_return taken;
        }
        sent.acks.append(answer->response.body);
        sent.answer = *std::move(answer);
    }
    co_return base::Result<void>{};
}

/// A receiver that speaks HL7 v2 signs nothing: its acknowledgements end the exchange, where the
/// agreement allows that.
asio::awaitable<base::Result<void>> Worker::hand_over_hl7v2(Parcel& parcel)
{
    const auto book = parts_.book.get();
    const auto agreement = exchange::agreement_of(parcel.exchange, *book, parts_.now());
    if (!agreement || !exchange::may_end_uncountersigned(parcel.exchange, **agreement)) {
        co_return agreement ? base::fail(Errc::countersignature_required, "HL7 v2",
                                         {"un convenio que admita al destinatario que no firma",
                                          "an agreement that allows a receiver that signs nothing"})
                            : base::Failure(agreement.error());
    }
    Sent sent;
    for (;;) {
        if (auto done = co_await send_messages(parcel, sent); !done) {
            co_return done;
        }
        if (parcel.part.is_last) {
            break;
        }
        if (auto next = co_await next_part(parcel); !next) {
            co_return next;
        }
    }
    sent.answer.response.body = std::move(sent.acks);
    co_return co_await complete(parcel, sent.answer,
                                evidence::digest_claim(sent.messages.finish()));
}

/// Whether the answer ends the exchange, by the agreement as it stands now.
base::Result<Worker::Judged> Worker::judge(const Parcel& parcel,
                                           const net::ClientAnswer& answer) const
{
    const auto& response = answer.response;
    const auto book = parts_.book.get();
    const auto agreement = exchange::agreement_of(parcel.exchange, *book, parts_.now());
    if (!agreement) {
        return base::Failure(agreement.error());
    }
    Judged judged;
    judged.handover = {
        .delivery_jws = {},
        .transport = answer.server_certificate_der.empty()
                         ? parcel.url  // mllp:// on this machine
                         : base::to_hex(base::view(base::sha256(answer.server_certificate_der))),
        .status = response.status,
        .answer = {},
        .address = parcel.url};
    judged.claims.evt = "received";
    if (!header(response.headers, "content-type").starts_with("application/jose")) {
        if (!exchange::may_end_uncountersigned(parcel.exchange, **agreement)) {
            return base::fail(Errc::countersignature_required,
                              "HTTP " + std::to_string(response.status) + " content-type",
                              {"application/jose", "application/jose"});
        }
        judged.handover.answer = response.body;
        return judged;
    }
    const auto directory = parts_.directory.get();
    auto checked =
        exchange::check_delivery(response.body, parcel.exchange, parcel.receipt,
                                 exchange::countersigners(parcel.exchange, **agreement, *directory),
                                 parts_.self, parts_.now());
    if (!checked) {
        return base::Failure(checked.error());
    }
    judged.claims = *std::move(checked);
    judged.handover.delivery_jws = response.body;
    return judged;
}

asio::awaitable<base::Result<void>> Worker::complete(const Parcel& parcel,
                                                     const net::ClientAnswer& answer,
                                                     std::string sent)
{
    auto judged = judge(parcel, answer);
    if (!judged) {
        co_return base::Failure(judged.error());
    }
    judged->handover.sent = std::move(sent);
    auto act = exchange::completion_act(parcel.exchange, parcel.receipt, parcel.request,
                                        std::move(judged->handover), judged->claims, parts_.self,
                                        parts_.now());
    const auto done = co_await exchange::commit(parts_.committer, std::move(act));
    if (!done) {
        co_return base::Failure(done.error());
    }
    parts_.count("completed");
    co_return base::Result<void>{};
}

asio::awaitable<void> Worker::put_back(const store::OutboxItem& item, const base::Error& error)
{
    const auto now = parts_.now();
    const auto done = item.attempts + 1;
    if (!parts_.schedule.gives_up(done)) {
        auto postpone = [this, &item, due = parts_.schedule.next(now, done, dice())] {
            return parts_.store.postpone(item.exchange, due);
        };
        const auto kept = co_await runtime::offload(parts_.work, std::move(postpone));
        parts_.count(kept ? "postponed" : "failed");  // a lease not put back ends by itself
        co_return;
    }
    auto find = [this, &item] { return parts_.store.find_exchange(item.exchange); };
    const auto exchange = co_await runtime::offload(parts_.work, std::move(find));
    if (exchange && *exchange) {
        auto act = exchange::dead_act(**exchange, error.code, parts_.self, now);
        const auto ended = co_await exchange::commit(parts_.committer, std::move(act));
        parts_.count(ended ? "dead" : "failed");
    }
}

/// A partner that answers, whatever it says, is no outage.
void Worker::watch(const std::string& partner, const base::Result<void>& handed)
{
    const bool down = !handed && handed.error().code == Errc::partner_unreachable;
    if (down ? outages_.failed(partner) : outages_.answered(partner)) {
        parts_.alert(partner, down);
    }
}

asio::awaitable<void> Worker::deliver(store::OutboxItem item)
{
    auto fetch = [this, &item] { return pack(item); };
    auto parcel = co_await runtime::offload(parts_.work, std::move(fetch));
    if (!parcel) {
        co_await put_back(item, parcel.error());
    } else {
        const auto handed =
            parcel->hl7v2 ? co_await hand_over_hl7v2(*parcel) : co_await hand_over(*parcel);
        watch(item.partner, handed);
        if (!handed) {
            co_await put_back(item, handed.error());
        }
    }
    --delivering_;
    bell_.cancel();
    --running_;
}

}  // namespace gateway::delivery
