#include "gateway/store/postgres/outbox.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "gateway/store/fair_share.hpp"

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kLock =
    "select pg_advisory_xact_lock(hashtextextended($1::text || E'\\n' || $2::text, 0))";
constexpr std::string_view kLockOfItem =
    "select pg_advisory_xact_lock(hashtextextended(partner || E'\\n' || person, 0))"
    " from outbox where exchange = $1 and person <> ''";
constexpr std::string_view kAdd =
    "insert into outbox (exchange, partner, person, attempts, due, leased_until, ready, head)"
    " values ($1, $2, $3, $4, $5, $6, $7,"
    " not exists (select 1 from outbox where partner = $2 and person = $3 and person <> ''))";
constexpr std::string_view kRemove =
    "with gone as (delete from outbox where exchange = $1 returning seq, partner, person, head)"
    " update outbox set head = true where seq = (select min(o.seq) from outbox o join gone"
    " on o.partner = gone.partner and o.person = gone.person and o.seq > gone.seq"
    " where gone.head and o.person <> '')";
constexpr std::string_view kPostpone =
    "update outbox set attempts = attempts + 1, due = $1, leased_until = 0, ready = $1"
    " where exchange = $2";
constexpr std::string_view kHold =
    "update outbox set leased_until = $1, ready = $1 where exchange = $2";
constexpr std::string_view kLease =
    "update outbox set leased_until = $1, ready = $1 where seq = $2";
constexpr std::string_view kSize = "select count(*) from outbox";

// Partners are found by jumping from one to the next in outbox_heads, not by reading every item.
constexpr std::string_view kDuePartners =
    "with recursive p (partner) as ((select min(partner) from outbox where head) union all"
    " select (select min(partner) from outbox where head and partner > p.partner)"
    " from p where p.partner is not null)"
    " select p.partner, (select count(*) from outbox where partner = p.partner"
    " and leased_until > $1 and leased_until > 0) from p where"
    " (select min(ready) from outbox where head and partner = p.partner) <= $1";
constexpr std::string_view kNextDue =
    "with recursive p (partner) as ((select min(partner) from outbox where head) union all"
    " select (select min(partner) from outbox where head and partner > p.partner)"
    " from p where p.partner is not null)"
    " select min((select min(ready) from outbox where head and partner = p.partner)) from p";
constexpr std::string_view kHeadsOf =
    "select seq, ready, exchange, person, attempts, due from outbox"
    " where head and partner = $1 and ready <= $2 and (ready, seq) > ($3, $4)"
    " order by ready, seq limit 8 for update skip locked";

base::Result<std::vector<Candidate>> more_of(Connection& database, const PartnerQueue& queue,
                                             base::Instant now)
{
    const auto read = [&](const Row& row) {
        return Candidate{row.integer(0),
                         row.integer(1),
                         {row.text(2),
                          queue.partner,
                          row.text(3),
                          static_cast<std::uint32_t>(row.integer(4)),
                          {row.integer(5)},
                          {}}};
    };
    const auto [ready, seq] = queue.last();
    return database.all(kHeadsOf, read, queue.partner, now.microseconds, ready, seq);
}

base::Result<void> one_item(std::int64_t changed)
{
    return changed > 0 ? base::Result<void>()
                       : base::fail(base::Errc::not_found, "store, outbox",
                                    {"un intercambio en espera de entrega",
                                     "an exchange awaiting delivery"});
}

}  // namespace

base::Result<void> send_locks(Connection& database, const std::vector<OutboxItem>& added,
                              const std::vector<std::string>& removed)
{
    std::set<std::pair<std::string_view, std::string_view>> pairs;  // in order: fewer deadlocks
    for (const auto& item : added) {
        if (!item.person.empty()) {
            pairs.emplace(item.partner, item.person);
        }
    }
    for (const auto& [partner, person] : pairs) {
        if (auto sent = database.send(0, kLock, partner, person); !sent) {
            return sent;
        }
    }
    for (const auto& exchange : removed) {
        if (auto sent = database.send(0, kLockOfItem, exchange); !sent) {
            return sent;
        }
    }
    return {};
}

base::Result<void> send(Connection& database, const OutboxItem& item)
{
    return database.send(1, kAdd, item.exchange, item.partner, item.person, item.attempts,
                         item.due.microseconds, item.leased_until.microseconds,
                         std::max(item.due, item.leased_until).microseconds);
}

base::Result<void> send_removal(Connection& database, std::string_view exchange)
{
    return database.send(0, kRemove, exchange);
}

base::Result<void> postpone(Connection& database, std::string_view exchange, base::Instant due)
{
    const auto changed = database.run(kPostpone, due.microseconds, exchange);
    return changed ? one_item(changed->changed()) : base::Failure(changed.error());
}

base::Result<void> hold(Connection& database, std::string_view exchange, base::Instant until)
{
    const auto changed = database.run(kHold, until.microseconds, exchange);
    return changed ? one_item(changed->changed()) : base::Failure(changed.error());
}

base::Result<std::vector<OutboxItem>> lease_due(Connection& database, base::Instant now,
                                                std::size_t limit, std::int64_t lease_microseconds)
{
    const auto read = [](const Row& row) { return PartnerQueue(row.text(0), row.integer(1)); };
    auto queues = database.all(kDuePartners, read, now.microseconds);
    if (!queues) {
        return base::Failure(queues.error());
    }
    auto chosen = share_fairly(*std::move(queues), limit, [&](const PartnerQueue& queue) {
        return more_of(database, queue, now);
    });
    if (!chosen) {
        return base::Failure(chosen.error());
    }
    const base::Instant until{now.microseconds + lease_microseconds};
    std::vector<OutboxItem> leased;
    for (auto& candidate : *chosen) {
        const auto changed = database.run(kLease, until.microseconds, candidate.seq);
        if (!changed) {
            return base::Failure(changed.error());
        }
        candidate.item.leased_until = until;
        leased.push_back(std::move(candidate.item));
    }
    return leased;
}

base::Result<std::optional<base::Instant>> next_due(Connection& database)
{
    const auto read = [](const Row& row) {
        return row.null(0) ? std::nullopt
                           : std::optional<base::Instant>(base::Instant{row.integer(0)});
    };
    const auto due = database.first(kNextDue, read);
    if (!due) {
        return base::Failure(due.error());
    }
    return due->value_or(std::nullopt);
}

base::Result<std::size_t> outbox_size(Connection& database)
{
    const auto read = [](const Row& row) { return static_cast<std::size_t>(row.integer(0)); };
    const auto size = database.first(kSize, read);
    if (!size) {
        return base::Failure(size.error());
    }
    return size->value_or(0);
}

}  // namespace gateway::store::postgres
