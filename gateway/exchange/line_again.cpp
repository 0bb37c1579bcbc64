#include <algorithm>
#include <utility>

#include "gateway/exchange/commit.hpp"
#include "gateway/exchange/decide.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "gateway/exchange/line.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

/// How often it is prepared anew because something newer came meanwhile.
constexpr int kRounds = 4;

Retelling refused(base::Error reason)
{
    Retelling told;
    told.what = Retold::refused;
    told.reason = std::move(reason);
    return told;
}

/// What was read is still there: an erasure in between must not bring it back.
base::Result<void> still_kept(const Again& again, const store::Rows* before, store::Store& store)
{
    const auto blob = store.find_blob(again.exchange.id, "source", again.record);
    if (!blob) {
        return base::Failure(blob.error());
    }
    const bool erased_now =
        before != nullptr && std::ranges::any_of(before->erased, [&](const auto& erasure) {
            return erasure.exchange == again.exchange.id;
        });
    if (!*blob || (*blob)->sealed.wrapped_key.empty() || erased_now) {
        return base::fail(
            Errc::not_found, "payload",
            {"un contenido conservado y no suprimido", "a payload kept and not erased"});
    }
    return {};
}

}  // namespace

/// One of them on its way: what is told of it, and when it differs its draft.
struct Line::Renewed {
    Kept kept;
    Retelling told;
    std::optional<Comparison> comparison;
    std::optional<Draft> draft;
};

base::Result<std::shared_ptr<Line::Renewed>> Line::renew(const Again& again,
                                                         base::Instant now) const
{
    const auto directory = parts_.directory.get();
    auto kept = bring_back(again, *directory, parts_.self, parts_.store, now);
    if (!kept) {
        return base::Failure(kept.error());
    }
    auto renewed = std::make_shared<Renewed>();
    renewed->kept = *std::move(kept);
    renewed->told = renewed->kept.ended;
    if (renewed->kept.may_go) {
        if (auto done = renew(again, *renewed); !done) {
            return base::Failure(done.error());
        }
    }
    return renewed;
}

base::Result<void> Line::renew(const Again& again, Renewed& renewed) const
{
    const auto& intake = renewed.kept.intake;
    auto steps = read(intake);
    if (!steps.assessment) {
        renewed.told = refused(steps.assessment.error());
        return {};
    }
    auto& comparison = renewed.comparison.emplace(renewed.kept, parts_.self, parts_.store);
    auto fault = comparison.pair(*steps.assessment);
    if (!fault) {
        return base::Failure(fault.error());
    }
    if (*fault) {
        renewed.told = refused(**std::move(fault));
        return {};
    }
    if (auto judged = judge(intake, steps); !judged) {
        return judged;
    }
    auto through = steps.assessment;  // as the agreement lets it through
    auto decision = steps.decision;
    judge_fields(decision, intake.purpose, through);
    if (!decision.permitted) {
        renewed.told = refused(decision.reason);
        return {};
    }
    if (auto done = comparison.differ(through->fhir, *through); !done) {
        return done;
    }
    renewed.told.what = comparison.is_overtaken() ? Retold::overtaken : Retold::same;
    if (comparison.differences().empty()) {
        return {};
    }
    renewed.told.what = Retold::changed;
    renewed.told.differences = comparison.differences();
    explain(*steps.translator, intake, renewed.told);
    return again.send ? draft_version(again, renewed, std::move(steps)) : base::Result<void>();
}

/// The new version, linked with the one before: whoever holds that one by order holds this one,
/// and a row of a load is from now on this one's.
base::Result<void> Line::draft_version(const Again& again, Renewed& renewed, Steps steps) const
{
    const auto& intake = renewed.kept.intake;
    const auto holds = parts_.store.holds_of(again.exchange.id);
    if (!holds) {
        return base::Failure(holds.error());
    }
    if (auto merged = renewed.comparison->merge(*steps.assessment); !merged) {
        return merged;
    }
    auto made = draft(intake, std::move(steps));
    if (!made) {
        return base::Failure(made.error());
    }
    if (made->rejected()) {
        renewed.told = refused(made->reason);
        return {};
    }
    auto& rows = made->rows;
    for (auto hold : *holds) {
        if (!hold.released) {
            hold.exchange = made->exchange.id;
            rows.holds.push_back(std::move(hold));
        }
    }
    if (renewed.kept.origin.record > 0) {
        rows.moved_rows.push_back({again.exchange.id, again.record, made->exchange.id});
    }
    auto asked = intake.earlier->asked;
    asked.id = core::new_id(asked.when);
    asked.entity += " " + made->exchange.id;
    rows.audit.push_back(std::move(asked));
    add_document(*made, "differences.ndjson", differences_ndjson(renewed.told.differences));
    renewed.draft = *std::move(made);
    return {};
}

boost::asio::awaitable<base::Result<Retelling>> Line::reprocess(Again again, base::Instant now)
{
    const Place place(in_flight_);
    if (const auto may = may_enter(place.number()); !may) {
        co_return base::Failure(may.error());
    }
    const auto given = std::make_shared<const Again>(std::move(again));
    for (int round = 1;; ++round) {
        auto work = [this, given, now] { return renew(*given, now); };
        auto renewed = co_await runtime::offload(parts_.work, std::move(work));
        if (!renewed) {
            co_return base::Failure(renewed.error());
        }
        const auto version = *renewed;
        if (!version->draft) {
            co_return std::move(version->told);
        }
        store::Act act;
        act.sender = version->kept.intake.sender;
        act.jti = version->kept.intake.jti;
        act.request_key = version->draft->exchange.request_key;
        act.prepare = [this, given, version](const store::Position& position, std::string& leaf) {
            auto& store = parts_.store;
            auto free = version->comparison->still_so(position.before).and_then([&] {
                return still_kept(*given, position.before, store);
            });
            // A load under way has read which rows the one before holds: none may move now.
            if (version->kept.origin.record > 0 &&
                parts_.loads.is_at_work_for(given->exchange.sender)) {
                free = base::fail(
                    Errc::overloaded, "load",
                    {"ninguna carga de este emisor en curso", "no load of this sender under way"});
            }
            return free ? seal_draft(*version->draft, position, parts_.self, leaf)
                        : base::Result<store::Rows>(base::Failure(free.error()));
        };
        const auto committed = co_await commit(parts_.committer, std::move(act));
        if (!committed && committed.error().code == Errc::overloaded && round < kRounds) {
            continue;
        }
        if (!committed) {
            co_return base::Failure(committed.error());
        }
        auto told = std::move(version->told);
        told.what = *committed ? Retold::replaced : Retold::changed;
        told.exchange = *committed ? (*committed)->id : version->draft->exchange.id;
        co_return told;
    }
}

}  // namespace gateway::exchange
