#include "gateway/store/postgres/retention.hpp"

#include "gateway/store/postgres/exchanges.hpp"

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kLock = "select 1 from exchange where id = $1 for update";
constexpr std::string_view kHold =
    "insert into legal_hold (exchange, number, authority, reason, placed, released)"
    " select $1::text, $2::text, $3::text, $4::text, $5::bigint, 0"
    " where not exists (select 1 from erasure where exchange = $1)";
constexpr std::string_view kRelease =
    "update legal_hold set released = $3 where exchange = $1 and number = $2 and released = 0";
constexpr std::string_view kHolds =
    "select number, authority, reason, placed, released from legal_hold where exchange = $1"
    " order by number";

constexpr std::string_view kErasure = "select at, ground from erasure where exchange = $1";
constexpr std::string_view kErase =
    "insert into erasure (exchange, at, ground) select $1::text, $2::bigint, $3::text"
    " where not exists (select 1 from legal_hold where exchange = $1 and released = 0)";
constexpr std::string_view kRemove[] = {
    "update blob set wrapped_key = '', bytes = '' where exchange = $1",
    "delete from person_link where person in"
    " (select person from served_record where exchange = $1 and person <> '')"
    " and not exists (select 1 from served_record o"
    " where o.person = person_link.person and o.exchange <> $1)",
    "delete from served_record where exchange = $1",
};

constexpr std::string_view kKept =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger, greatest(received, (select max(o.updated) from served_record r"
    " join served_record o on o.person = r.person where r.exchange = e.id and r.person <> ''))"
    " from exchange e where id > $1 and id < $2 and state not in ('open', 'rejected')"
    " and not exists (select 1 from erasure where exchange = e.id)"
    " and not exists (select 1 from legal_hold where exchange = e.id and released = 0)"
    " order by id limit $3";

}  // namespace

base::Result<void> send(Connection& database, const LegalHold& hold)
{
    return database.send(0, kLock, hold.exchange).and_then([&] {
        return database.send(1, kHold, hold.exchange, hold.number, hold.authority, hold.reason,
                             hold.placed.microseconds);
    });
}

base::Result<void> send(Connection& database, const HoldRelease& release)
{
    return database.send(1, kRelease, release.exchange, release.number, release.at.microseconds);
}

base::Result<void> send(Connection& database, const Erasure& erasure)
{
    auto sent = database.send(0, kLock, erasure.exchange).and_then([&] {
        return database.send(1, kErase, erasure.exchange, erasure.at.microseconds, erasure.ground);
    });
    for (const auto sql : kRemove) {
        if (!sent) {
            return sent;
        }
        sent = database.send(0, sql, erasure.exchange);
    }
    return sent;
}

base::Result<std::vector<LegalHold>> holds_of(Connection& database, std::string_view exchange)
{
    const auto read = [exchange](const Row& row) {
        LegalHold hold{std::string(exchange), row.text(0),      row.text(1),
                       row.text(2),           {row.integer(3)}, {}};
        if (row.integer(4) != 0) {
            hold.released = base::Instant{row.integer(4)};
        }
        return hold;
    };
    return database.all(kHolds, read, exchange);
}

base::Result<std::optional<Erasure>> erasure_of(Connection& database, std::string_view exchange)
{
    const auto read = [exchange](const Row& row) {
        return Erasure{std::string(exchange), {row.integer(0)}, row.text(1)};
    };
    return database.first(kErasure, read, exchange);
}

base::Result<std::vector<Kept>> list_kept(Connection& database, std::string_view after,
                                          std::string_view until, std::size_t limit)
{
    constexpr int kLastAct = 20;
    const auto read = [](const Row& row) {
        return Kept{read_exchange(row), {row.integer(kLastAct)}};
    };
    return database.all(kKept, read, after, until, std::uint64_t{limit});
}

}  // namespace gateway::store::postgres
