#include "gateway/store/sqlite/outbox.hpp"

#include <string>
#include <utility>

#include "gateway/store/fair_share.hpp"

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kAdd =
    "insert into outbox (exchange, partner, person, attempts, due, leased_until, ready, head)"
    " values (?1, ?2, ?3, ?4, ?5, ?6, max(?5, ?6),"
    " not exists (select 1 from outbox where partner = ?2 and person = ?3 and person <> ''))";
constexpr std::string_view kRemove =
    "delete from outbox where exchange = (select n from exchange where id = ?)"
    " returning partner, person, head";
constexpr std::string_view kNextHead =
    "update outbox set head = 1 where seq = (select min(seq) from outbox"
    " where partner = ? and person = ? and person <> '')";
constexpr std::string_view kPostpone =
    "update outbox set attempts = attempts + 1, due = ?1, leased_until = 0, ready = ?1"
    " where exchange = (select n from exchange where id = ?2)";
constexpr std::string_view kHold =
    "update outbox set leased_until = ?1, ready = ?1 where exchange = (select n from exchange "
    "where id = ?2)";
constexpr std::string_view kLease =
    "update outbox set leased_until = ?1, ready = ?1 where seq = ?2";
constexpr std::string_view kSize = "select count(*) from outbox";

// Partners are found by jumping from one to the next in outbox_heads, not by reading every item.
constexpr std::string_view kDuePartners =
    "with recursive p (partner) as (select min(partner) from outbox where head = 1 union all"
    " select (select min(partner) from outbox where head = 1 and partner > p.partner)"
    " from p where p.partner is not null)"
    " select p.partner, (select count(*) from outbox where partner = p.partner"
    " and leased_until > ?1 and leased_until > 0) from p where"
    " (select min(ready) from outbox where head = 1 and partner = p.partner) <= ?1";
constexpr std::string_view kNextDue =
    "with recursive p (partner) as (select min(partner) from outbox where head = 1 union all"
    " select (select min(partner) from outbox where head = 1 and partner > p.partner)"
    " from p where p.partner is not null)"
    " select min((select min(ready) from outbox where head = 1 and partner = p.partner)) from p";
constexpr std::string_view kHeadsOf =
    "select o.seq, o.ready, e.id, o.person, o.attempts, o.due"
    " from outbox o join exchange e on e.n = o.exchange"
    " where o.head = 1 and o.partner = ? and o.ready <= ? and (o.ready, o.seq) > (?, ?)"
    " order by o.ready, o.seq limit 8";

/// The next few heads of `queue` after those it has given.
base::Result<std::vector<Candidate>> more_of(Connection& database, const PartnerQueue& queue,
                                             base::Instant now)
{
    const auto read = [&](const Statement& row) {
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

base::Result<void> add(Connection& database, Keys& keys, const OutboxItem& item)
{
    const auto key = keys.of(item.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    const auto added = database.run(kAdd, *key, item.partner, item.person, item.attempts,
                                    item.due.microseconds, item.leased_until.microseconds);
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> remove(Connection& database, std::string_view exchange)
{
    struct Removed {
        std::string partner;
        std::string person;
        bool head;
    };
    const auto read = [](const Statement& row) {
        return Removed{row.text(0), row.text(1), row.integer(2) != 0};
    };
    const auto removed = database.all(kRemove, read, exchange);
    if (!removed) {
        return base::Failure(removed.error());
    }
    if (removed->empty() || !removed->front().head || removed->front().person.empty()) {
        return {};
    }
    const auto next = database.run(kNextHead, removed->front().partner, removed->front().person);
    return next ? base::Result<void>() : base::Failure(next.error());
}

base::Result<void> postpone(Connection& database, std::string_view exchange, base::Instant due)
{
    const auto changed = database.run(kPostpone, due.microseconds, exchange);
    return changed ? one_item(*changed) : base::Failure(changed.error());
}

base::Result<void> hold(Connection& database, std::string_view exchange, base::Instant until)
{
    const auto changed = database.run(kHold, until.microseconds, exchange);
    return changed ? one_item(*changed) : base::Failure(changed.error());
}

base::Result<std::vector<OutboxItem>> lease_due(Connection& database, base::Instant now,
                                                std::size_t limit, std::int64_t lease_microseconds)
{
    const auto read = [](const Statement& row) {
        return PartnerQueue(row.text(0), row.integer(1));
    };
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
    const auto read = [](const Statement& row) {
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
    const auto read = [](const Statement& row) { return static_cast<std::size_t>(row.integer(0)); };
    const auto size = database.first(kSize, read);
    if (!size) {
        return base::Failure(size.error());
    }
    return size->value_or(0);
}

}  // namespace gateway::store::sqlite
