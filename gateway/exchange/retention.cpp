#include "gateway/exchange/retention.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/leaf.hpp"
#include "gateway/exchange/load_run.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

constexpr std::size_t kPage = 256;

/// The least a clinical record is kept, by the norm in force when its last act was.
struct Norm {
    base::Instant from;
    std::uint32_t years;
};
constexpr Norm kNorms[] = {
    {{0}, 5},  // NOM-004-SSA3-2012 5.4: five years from the last medical act
};

std::uint32_t least_years(base::Instant act)
{
    std::uint32_t years = 0;
    for (const auto& norm : kNorms) {
        years = norm.from <= act ? norm.years : years;
    }
    return years;
}

struct Term {
    std::uint32_t years = 0;
    std::string at_end;
};

/// The terms of the agreements, those that are gone from the book from what is kept of them.
class Terms {
public:
    Terms(const agreements::Book& book, store::Store& store) : book_(book), store_(store) {}

    /// Nothing when no agreement tells. Errors: store_failed.
    base::Result<std::optional<Term>> of(const core::Exchange& exchange)
    {
        const auto known = known_.find(exchange.agreement_digest);
        if (known != known_.end()) {
            return known->second;
        }
        auto found = look_up(exchange.agreement_digest);
        if (found) {
            known_.emplace(exchange.agreement_digest, *found);
        }
        return found;
    }

private:
    base::Result<std::optional<Term>> look_up(const std::string& digest)
    {
        if (const auto* agreement = book_.find_digest(digest)) {
            return Term{agreement->retention_years, agreement->at_end};
        }
        const auto documents = store_.shared_documents(agreement_owner(digest));
        if (!documents) {
            return base::Failure(documents.error());
        }
        const auto text = std::ranges::find(*documents, "agreement.json", &core::Document::name);
        if (text == documents->end()) {
            return std::optional<Term>();
        }
        const auto agreement = agreements::read_document(text->bytes);
        return agreement ? std::optional(Term{agreement->retention_years, agreement->at_end})
                         : std::nullopt;
    }

    const agreements::Book& book_;
    store::Store& store_;
    std::map<std::string, std::optional<Term>> known_;
};

/// The person of the audit event that took it in, so that whoever asks who saw this person is told.
base::Result<std::string> person_of(const core::Exchange& exchange, store::Store& store)
{
    const auto received =
        store.read_audit({.limit = 1, .exchange = exchange.id, .kind = core::AuditKind::received});
    if (!received) {
        return base::Failure(received.error());
    }
    return received->empty() ? std::string() : received->front().person;
}

/// The rows of an order, its audit event and its leaf. It may be prepared again, so the rows stay.
store::Act ordered(std::string_view verb, const core::Exchange& exchange, store::Rows rows,
                   core::AuditEvent event, const Self& self)
{
    const auto when = event.when;
    rows.audit.push_back(std::move(event));
    store::Act act;
    act.prepare = [verb, exchange, when, rows = std::move(rows), &self](
                      const store::Position& position,
                      std::string& leaf) -> base::Result<store::Rows> {
        leaf = leaf_of(verb, exchange, position, when, self);
        return rows;
    };
    return act;
}

base::Result<bool> erase(const Due& due, const Self& self, store::Store& store,
                         store::Committer& committer, base::Instant now)
{
    auto person = person_of(due.exchange, store);
    if (!person) {
        return base::Failure(person.error());
    }
    const core::AuditEvent event{
        .id = core::new_id(now),
        .kind = core::AuditKind::administered,
        .when = now,
        .agent = self.urn,
        .address = {},
        .purpose = {},
        .justification = std::to_string(due.years) + " años desde el último acto",
        .agreement = due.exchange.agreement,
        .exchange = due.exchange.id,
        .person = *std::move(person),
        .outcome = "PU-0000",
        .entity = "erase: retention"};
    const auto done = commit_patiently(
        committer, erase_act(due.exchange, {due.exchange.id, now, "retention"}, event, self));
    if (!done && done.error().code != Errc::replayed) {  // else held or erased meanwhile
        return base::Failure(done.error());
    }
    return done.has_value();
}

}  // namespace

store::Act hold_act(const core::Exchange& exchange, store::LegalHold hold, core::AuditEvent event,
                    const Self& self)
{
    store::Rows rows;
    rows.holds.push_back(std::move(hold));
    return ordered("held", exchange, std::move(rows), std::move(event), self);
}

store::Act release_act(const core::Exchange& exchange, store::HoldRelease release,
                       core::AuditEvent event, const Self& self)
{
    store::Rows rows;
    rows.releases.push_back(std::move(release));
    return ordered("released", exchange, std::move(rows), std::move(event), self);
}

store::Act erase_act(const core::Exchange& exchange, store::Erasure erasure, core::AuditEvent event,
                     const Self& self)
{
    store::Rows rows;
    rows.erased.push_back(std::move(erasure));
    rows.outbox_done.push_back(exchange.id);
    return ordered("erased", exchange, std::move(rows), std::move(event), self);
}

base::Instant years_after(base::Instant begin, std::uint32_t years)
{
    using namespace std::chrono;
    const sys_time<microseconds> moment{microseconds{begin.microseconds}};
    const auto day = floor<days>(moment);
    year_month_day date{day};
    date += std::chrono::years{static_cast<int>(years)};
    const auto last = date.ok() ? sys_days{date} : sys_days{date.year() / March / 1};
    return {(last + (moment - day)).time_since_epoch().count()};
}

base::Result<RetentionTally> retain(const agreements::Book& book, const Self& self,
                                    store::Store& store, store::Committer& committer,
                                    base::Instant now, bool dry_run,
                                    const std::function<void(const Due&)>& tell,
                                    const std::atomic<bool>& stop)
{
    constexpr std::int64_t kFewestDays = 5 * 365;
    const auto until = core::first_id_of({now.microseconds - kFewestDays * 86'400'000'000});
    RetentionTally tally;
    Terms terms(book, store);
    for (std::string after;;) {
        const auto page = store.list_kept(after, until, kPage);
        if (!page) {
            return base::Failure(page.error());
        }
        for (const auto& [exchange, last_act] : *page) {
            if (stop) {
                return tally;
            }
            const auto term = exchange.ledger == self.ledger_origin
                                  ? terms.of(exchange)
                                  : base::Result<std::optional<Term>>();
            if (!term) {
                return base::Failure(term.error());
            }
            if (!*term) {
                continue;
            }
            const auto years = std::max((*term)->years, least_years(last_act));
            const Due due{exchange, years_after(last_act, years), years, (*term)->at_end};
            if (now < due.ended) {
                continue;
            }
            ++tally.due;
            tell(due);
            if (dry_run || due.at_end != "destroy") {
                continue;
            }
            const auto erased = erase(due, self, store, committer, now);
            if (!erased) {
                return base::Failure(erased.error());
            }
            tally.erased += *erased ? 1 : 0;
        }
        if (page->size() < kPage) {
            return tally;
        }
        after = page->back().exchange.id;
    }
}

}  // namespace gateway::exchange
