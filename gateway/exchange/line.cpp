#include "gateway/exchange/line.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/consent.hpp"
#include "gateway/exchange/decide.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::exchange {

Line::Steps Line::read(const Intake& intake) const
{
    auto translator = parts_.translator.get();
    auto assessment = assess(*translator, intake);
    return {std::move(translator), parts_.book.get(), std::move(assessment), {}};
}

base::Result<void> Line::judge(const Intake& intake, Steps& steps) const
{
    auto& [translator, book, assessment, decision] = steps;
    decision = decide(*book, parts_.self.env, intake, assessment);
    if (decision.reason.code == base::Errc::no_legal_basis && assessment) {
        const auto consented =
            all_consent(intake, *assessment, *decision.agreement, parts_.self, parts_.store);
        if (!consented) {
            return base::Failure(consented.error());
        }
        decision = decide(*book, parts_.self.env, intake, assessment, *consented);
    }
    return {};
}

base::Result<Draft> Line::draft(const Intake& intake, Steps steps) const
{
    judge_fields(steps.decision, intake.purpose, steps.assessment);
    const auto directory = parts_.directory.get();
    const auto* receiver = directory->find(intake.receiver);
    const bool push = receiver != nullptr && !receiver->institution.delivery_url.empty();
    return draft_exchange(intake, std::move(steps.assessment), steps.decision,
                          steps.translator->plan_digest(), push, parts_.self, parts_.store);
}

base::Result<Draft> Line::prepare(const Intake& intake) const
{
    auto steps = read(intake);
    return judge(intake, steps).and_then([&] { return draft(intake, std::move(steps)); });
}

base::Result<Answer> Line::first_answer(const core::Exchange& original) const
{
    const auto documents = parts_.store.documents(original.id);
    if (!documents) {
        return base::Failure(documents.error());
    }
    Answer answer{.exchange = original,
                  .receipt = {},
                  .outcome = {},
                  .ack = {},
                  .reason = {},
                  .opened = original.state == core::State::open,
                  .repeated = true};
    for (const auto& document : *documents) {
        if (document.name == "receipt.jws") {
            answer.receipt = document.bytes;
        } else if (document.name == "outcome.json") {
            answer.outcome = document.bytes;
        } else if (document.name == "ack.hl7") {
            answer.ack = document.bytes;
        }
    }
    if (original.state == core::State::rejected) {
        const auto row = std::ranges::find(base::catalogue(), std::string_view(original.code),
                                           &base::ErrorInfo::id);
        answer.reason.code = row == base::catalogue().end() ? base::Errc::internal : row->code;
    }
    return answer;
}

base::Result<void> Line::may_enter(std::size_t number) const
{
    if (number > parts_.in_flight) {
        return base::fail(
            base::Errc::overloaded, "in_flight",
            {"un lugar libre; reintente en un segundo", "a free place; try again in a second"});
    }
    if (parts_.forked != nullptr && *parts_.forked) {
        return base::fail(base::Errc::ledger_inconsistent, "ledger",
                          {"la bitácora que sus testigos conocen; un operador ha de actuar",
                           "the ledger its witnesses know; an operator has to act"});
    }
    if (parts_.halted != nullptr && *parts_.halted) {
        return base::fail(base::Errc::authority_silent, "timestamp",
                          {"la autoridad de sellado de tiempo, que no responde",
                           "the time-stamp authority, which does not answer"});
    }
    return {};
}

boost::asio::awaitable<base::Result<Answer>> Line::submit(Intake intake)
{
    const Place place(in_flight_);
    if (const auto may = may_enter(place.number()); !may) {
        co_return base::Failure(may.error());
    }
    if (intake.jti.starts_with(kAgain)) {
        co_return base::fail(base::Errc::claim_mismatch, "jti",
                             {"un identificador que no empiece con \"reprocess/\"",
                              "an id that does not begin with \"reprocess/\""});
    }
    auto given = std::make_shared<const Intake>(std::move(intake));
    if (Loads::is_load(*given)) {
        co_return co_await open_load(std::move(given));
    }
    co_return co_await walk(std::move(given));
}

boost::asio::awaitable<base::Result<Answer>> Line::walk(std::shared_ptr<const Intake> given)
{
    auto work = [this, given] { return prepare(*given); };
    auto prepared = co_await runtime::offload(parts_.work, std::move(work));
    if (!prepared) {
        co_return base::Failure(prepared.error());
    }
    const auto draft = std::make_shared<Draft>(*std::move(prepared));

    store::Act act;
    act.sender = given->sender;
    act.jti = given->jti;
    act.request_key = draft->exchange.request_key;
    act.prepare = [draft, &self = parts_.self](const store::Position& position, std::string& leaf) {
        return seal_draft(*draft, position, self, leaf);
    };
    const auto committed = co_await commit(parts_.committer, std::move(act));
    if (!committed) {
        co_return base::Failure(committed.error());
    }
    if (*committed) {
        auto look_up = [this, original = **committed] { return first_answer(original); };
        co_return co_await runtime::offload(parts_.work, std::move(look_up));
    }
    co_return Answer{.exchange = std::move(draft->exchange),
                     .receipt = std::move(draft->receipt),
                     .outcome = std::move(draft->outcome),
                     .ack = std::move(draft->ack),
                     .reason = std::move(draft->reason),
                     .opened = false,
                     .repeated = false};
}

boost::asio::awaitable<base::Result<Answer>> Line::open_load(std::shared_ptr<const Intake> given)
{
    auto find = [this, given] { return parts_.store.find_request(given->sender, given->jti); };
    const auto before = co_await runtime::offload(parts_.work, std::move(find));
    if (!before) {
        co_return base::Failure(before.error());
    }
    if (!*before) {
        if (auto place = parts_.loads.reserve(given->sender); !place) {
            co_return base::Failure(place.error());
        }
    }
    auto opened = new_exchange(*given, {});
    opened.state = core::State::open;
    opened.ledger = parts_.self.ledger_origin;
    store::Rows rows;
    rows.exchanges.push_back(opened);
    if (!given->request_jws.empty()) {
        rows.documents.push_back({opened.id, {"request.jws", given->request_jws}});
    }
    store::Act act;
    act.sender = given->sender;
    act.jti = given->jti;
    act.request_key = opened.request_key;
    act.prepare = [rows](const store::Position&, std::string&) {
        return base::Result<store::Rows>(rows);
    };
    const auto committed = co_await commit(parts_.committer, std::move(act));
    if (committed && !*committed) {
        parts_.loads.start(given, opened);
        co_return Answer{.exchange = std::move(opened),
                         .receipt = {},
                         .outcome = {},
                         .ack = {},
                         .reason = {},
                         .opened = true,
                         .repeated = false};
    }
    if (!*before) {
        parts_.loads.release(given->sender);
    }
    if (!committed) {
        co_return base::Failure(committed.error());
    }
    auto look_up = [this, original = **committed] { return first_answer(original); };
    co_return co_await runtime::offload(parts_.work, std::move(look_up));
}

}  // namespace gateway::exchange
