#include "gateway/store/sqlite/loads.hpp"

#include <string>

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kAdd =
    "insert into load_row (load, series, key, digest, holder, record) values (?, ?, ?, ?, ?, ?)";
constexpr std::string_view kMove =
    "update load_row set holder = ?, record = 0 where holder = ? and record = ?";
constexpr std::string_view kPut =
    "insert into latest_load (series, load) values (?1, ?2)"
    " on conflict (series) do update set load = ?2";
constexpr std::string_view kRemoveOlder = "delete from load_row where series = ? and load <> ?";
constexpr std::string_view kLatest =
    "select e.id from latest_load l join exchange e on e.n = l.load where l.series = ?";
constexpr std::string_view kHeld =
    "select 1 from load_row where holder = (select n from exchange where id = ?) and record = ?"
    " limit 1";
constexpr std::string_view kList =
    "select r.key, r.digest, h.id, r.record from load_row r join exchange h on h.n = r.holder"
    " where r.series = ? and r.load = (select n from exchange where id = ?) and r.key > ?"
    " order by r.key limit ?";
constexpr std::string_view kDiscard[] = {
    "delete from blob where exchange = ?",
    "delete from load_row where load = ?",
};

base::Result<void> done(const base::Result<std::int64_t>& changed)
{
    return changed ? base::Result<void>() : base::Failure(changed.error());
}

}  // namespace

base::Result<void> add(Connection& database, Keys& keys, const LoadRow& row)
{
    const auto load = keys.of(row.load);
    const auto holder = keys.of(row.holder);
    if (!load || !holder) {
        return base::Failure(load ? holder.error() : load.error());
    }
    return done(database.run(kAdd, *load, row.series, row.key, row.digest, *holder, row.record));
}

base::Result<void> move(Connection& database, Keys& keys, const MovedRow& row)
{
    const auto from = keys.of(row.holder);
    const auto to = keys.of(row.to);
    if (!from || !to) {
        return base::Failure(from ? to.error() : from.error());
    }
    return done(database.run(kMove, *to, *from, row.record));
}

base::Result<void> put(Connection& database, Keys& keys, const LatestLoad& latest)
{
    const auto load = keys.of(latest.load);
    if (!load) {
        return base::Failure(load.error());
    }
    return done(database.run(kPut, latest.series, *load)).and_then([&] {
        return done(database.run(kRemoveOlder, latest.series, *load));
    });
}

base::Result<void> discard(Connection& database, Keys& keys, std::string_view exchange)
{
    const auto key = keys.of(exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    for (const auto sql : kDiscard) {
        if (auto removed = done(database.run(sql, *key)); !removed) {
            return removed;
        }
    }
    return {};
}

base::Result<std::string> latest_load(Connection& database, std::string_view series)
{
    const auto read = [](const Statement& row) { return row.text(0); };
    const auto found = database.first(kLatest, read, series);
    if (!found) {
        return base::Failure(found.error());
    }
    return found->value_or(std::string());
}

base::Result<bool> is_row_held(Connection& database, std::string_view holder, std::uint32_t record)
{
    const auto read = [](const Statement& row) { return row.integer(0); };
    const auto found = database.first(kHeld, read, holder, record);
    return found ? base::Result<bool>(found->has_value()) : base::Failure(found.error());
}

base::Result<std::vector<LoadRow>> list_load_rows(Connection& database, std::string_view load,
                                                  std::string_view series, std::string_view after,
                                                  std::size_t limit)
{
    const auto read = [&](const Statement& row) {
        return LoadRow{std::string(load), std::string(series),
                       row.text(0),       row.text(1),
                       row.text(2),       static_cast<std::uint32_t>(row.integer(3))};
    };
    return database.all(kList, read, series, load, after, std::uint64_t{limit});
}

}  // namespace gateway::store::sqlite
