#include "gateway/store/sqlite/retention.hpp"

#include "gateway/store/served.hpp"

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kHold =
    "insert into legal_hold (exchange, number, authority, reason, placed, released)"
    " select ?1, ?2, ?3, ?4, ?5, 0 where not exists (select 1 from erasure where exchange = ?1)";
constexpr std::string_view kRelease =
    "update legal_hold set released = ? where exchange = ? and number = ? and released = 0";
constexpr std::string_view kHolds =
    "select number, authority, reason, placed, released from legal_hold"
    " where exchange = (select n from exchange where id = ?) order by number";

constexpr std::string_view kErasure =
    "select at, ground from erasure where exchange = (select n from exchange where id = ?)";
constexpr std::string_view kErase =
    "insert into erasure (exchange, at, ground) select ?1, ?2, ?3"
    " where not exists (select 1 from legal_hold where exchange = ?1 and released = 0)";
constexpr std::string_view kServed = "select n, resources from served_record where exchange = ?";
constexpr std::string_view kRemoveKeys =
    "insert into served_key (served_key, rowid, keys) values ('delete', ?, ?)";
constexpr std::string_view kRemove[] = {
    "update blob set wrapped_key = x'', bytes = x'' where exchange = ?",
    "delete from person_link where person in"
    " (select person from served_record where exchange = ?1 and person <> '')"
    " and not exists (select 1 from served_record o"
    " where o.person = person_link.person and o.exchange <> ?1)",
    "delete from served_record where exchange = ?",
};

constexpr std::string_view kKept =
    "select id, jti, sender, receiver, agreement, agreement_digest, purpose, media_type, profile,"
    " state, code, received, in_digest, out_digest, request_key, ledger_index, strength, records,"
    " refused, ledger, max(received, coalesce((select max(o.updated) from served_record r"
    " join served_record o on o.person = r.person where r.exchange = e.n and r.person <> ''), 0))"
    " from exchange e where id > ? and id < ? and state not in ('open', 'rejected')"
    " and not exists (select 1 from erasure where exchange = e.n)"
    " and not exists (select 1 from legal_hold where exchange = e.n and released = 0)"
    " order by id limit ?";

base::Result<void> one(const base::Result<std::int64_t>& changed, base::Text expected)
{
    if (!changed) {
        return base::Failure(changed.error());
    }
    return *changed == 1 ? base::Result<void>()
                         : base::fail(base::Errc::replayed, "store, exchange", std::move(expected));
}

/// The index of served ids holds no text of its own: what is removed must be told as it was added.
base::Result<void> remove_keys(Connection& database, std::int64_t exchange)
{
    const auto read = [](const Statement& row) { return std::pair(row.integer(0), row.text(1)); };
    const auto served = database.all(kServed, read, exchange);
    if (!served) {
        return base::Failure(served.error());
    }
    for (const auto& [row, lines] : *served) {
        if (const auto gone = database.run(kRemoveKeys, row, keys_of(lines)); !gone) {
            return base::Failure(gone.error());
        }
    }
    return {};
}

}  // namespace

base::Result<void> add(Connection& database, Keys& keys, const LegalHold& hold)
{
    const auto key = keys.of(hold.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    return one(database.run(kHold, *key, hold.number, hold.authority, hold.reason,
                            hold.placed.microseconds),
               {"un contenido que no se haya borrado", "a payload that was not erased"});
}

base::Result<void> release(Connection& database, Keys& keys, const HoldRelease& release)
{
    const auto key = keys.of(release.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    return one(database.run(kRelease, release.at.microseconds, *key, release.number),
               {"un resguardo legal vigente", "a legal hold that stands"});
}

base::Result<void> erase(Connection& database, Keys& keys, const Erasure& erasure)
{
    const auto key = keys.of(erasure.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    auto done = one(database.run(kErase, *key, erasure.at.microseconds, erasure.ground),
                    {"un intercambio sin resguardo legal", "an exchange that no order holds"})
                    .and_then([&] { return remove_keys(database, *key); });
    for (const auto sql : kRemove) {
        if (!done) {
            return done;
        }
        const auto removed = database.run(sql, *key);
        done = removed ? base::Result<void>() : base::Failure(removed.error());
    }
    return done;
}

base::Result<std::vector<LegalHold>> holds_of(Connection& database, std::string_view exchange)
{
    const auto read = [exchange](const Statement& row) {
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
    const auto read = [exchange](const Statement& row) {
        return Erasure{std::string(exchange), {row.integer(0)}, row.text(1)};
    };
    return database.first(kErasure, read, exchange);
}

base::Result<std::vector<Kept>> list_kept(Connection& database, std::string_view after,
                                          std::string_view until, std::size_t limit)
{
    constexpr int kLastAct = 20;
    const auto read = [](const Statement& row) {
        return Kept{read_exchange(row), {row.integer(kLastAct)}};
    };
    return database.all(kKept, read, after, until, static_cast<std::int64_t>(limit));
}

}  // namespace gateway::store::sqlite
