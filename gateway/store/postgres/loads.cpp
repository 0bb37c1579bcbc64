#include "gateway/store/postgres/loads.hpp"

#include <string>

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAdd =
    "insert into load_row (load, series, key, digest, holder, record)"
    " values ($1, $2, $3, $4, $5, $6)";
constexpr std::string_view kMove =
    "update load_row set holder = $1, record = 0 where holder = $2 and record = $3";
constexpr std::string_view kPut =
    "insert into latest_load (series, load) values ($1, $2)"
    " on conflict (series) do update set load = $2";
constexpr std::string_view kRemoveOlder = "delete from load_row where series = $1 and load <> $2";
constexpr std::string_view kLatest = "select load from latest_load where series = $1";
constexpr std::string_view kHeld =
    "select 1 from load_row where holder = $1 and record = $2 limit 1";
constexpr std::string_view kList =
    "select key, digest, holder, record from load_row"
    " where series = $1 and load = $2 and key > $3 order by key limit $4";
constexpr std::string_view kDiscard[] = {
    "delete from blob where exchange = $1",
    "delete from load_row where load = $1",
};

}  // namespace

base::Result<void> send(Connection& database, const LoadRow& row)
{
    return database.send(1, kAdd, row.load, row.series, row.key, row.digest, row.holder,
                         row.record);
}

base::Result<void> send(Connection& database, const LatestLoad& latest)
{
    return database.send(1, kPut, latest.series, latest.load).and_then([&] {
        return database.send(0, kRemoveOlder, latest.series, latest.load);
    });
}

base::Result<void> send(Connection& database, const MovedRow& row)
{
    return database.send(0, kMove, row.to, row.holder, row.record);
}

base::Result<void> send_discard(Connection& database, std::string_view exchange)
{
    for (const auto sql : kDiscard) {
        if (auto sent = database.send(0, sql, exchange); !sent) {
            return sent;
        }
    }
    return {};
}

base::Result<std::string> latest_load(Connection& database, std::string_view series)
{
    const auto read = [](const Row& row) { return row.text(0); };
    const auto found = database.first(kLatest, read, series);
    if (!found) {
        return base::Failure(found.error());
    }
    return found->value_or(std::string());
}

base::Result<bool> is_row_held(Connection& database, std::string_view holder, std::uint32_t record)
{
    const auto read = [](const Row& row) { return row.integer(0); };
    const auto found = database.first(kHeld, read, holder, record);
    return found ? base::Result<bool>(found->has_value()) : base::Failure(found.error());
}

base::Result<std::vector<LoadRow>> list_load_rows(Connection& database, std::string_view load,
                                                  std::string_view series, std::string_view after,
                                                  std::size_t limit)
{
    const auto read = [&](const Row& row) {
        return LoadRow{std::string(load), std::string(series),
                       row.text(0),       row.text(1),
                       row.text(2),       static_cast<std::uint32_t>(row.integer(3))};
    };
    return database.all(kList, read, series, load, after, std::uint64_t{limit});
}

}  // namespace gateway::store::postgres
