#include "gateway/store/sqlite/ledger.hpp"

#include <string>

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kAddLeaf = "insert into leaf (place, bytes) values (?, ?)";
constexpr std::string_view kSize = "select coalesce(max(place) + 1, 0) from leaf";
constexpr std::string_view kLeaves =
    "select place, bytes from leaf where place >= ? order by place limit ?";

constexpr std::string_view kPutTile =
    "insert into tile (level, place, hashes) values (?, ?, ?)"
    " on conflict (level, place) do update set hashes = excluded.hashes";
constexpr std::string_view kTile = "select hashes from tile where level = ? and place = ?";

constexpr std::string_view kSaveCheckpoint =
    "insert into checkpoint (size, note) values (?, ?)"
    " on conflict (size) do update set note = excluded.note";
constexpr std::string_view kLatest = "select note from checkpoint order by size desc limit 1";
constexpr std::string_view kCovering =
    "select note from checkpoint where size > ? order by size limit 1";

constexpr std::string_view kSaveTimestamp =
    "insert into timestamp_token (size, note, token) values (?, ?, ?) on conflict do nothing";
constexpr std::string_view kTimestamp =
    "select size, note, token from timestamp_token where size > ? order by size limit 1";

constexpr std::string_view kSaveCosigned =
    "insert into cosigned_checkpoint (size, note) values (?, ?) on conflict do nothing";
constexpr std::string_view kCosigned =
    "select note from cosigned_checkpoint where size > ? order by size limit 1";
constexpr std::string_view kWitnessed =
    "select size, root, note from witnessed_ledger where witness = ? and origin = ?";
constexpr std::string_view kFirstWitnessed =
    "insert into witnessed_ledger (size, root, note, witness, origin) values (?, ?, ?, ?, ?)"
    " on conflict do nothing";
constexpr std::string_view kNextWitnessed =
    "update witnessed_ledger set size = ?, root = ?, note = ?"
    " where witness = ? and origin = ? and size = ?";

std::string read_text(const Statement& row)
{
    return row.text(0);
}

/// The text found, or an empty one.
base::Result<std::string> or_empty(base::Result<std::optional<std::string>> found)
{
    if (!found) {
        return base::Failure(std::move(found).error());
    }
    return (*std::move(found)).value_or(std::string());
}

}  // namespace

base::Result<void> add(Connection& database, const Leaf& leaf)
{
    const auto added = database.run(kAddLeaf, leaf.index, Bytes{leaf.bytes});
    if (added) {
        return {};
    }
    if (added.error().code == base::Errc::replayed) {
        return base::fail(base::Errc::ledger_inconsistent,
                          "ledger, leaf " + std::to_string(leaf.index),
                          {"un lugar libre", "a place that is free"});
    }
    return base::Failure(added.error());
}

base::Result<void> put(Connection& database, const evidence::Tile& tile)
{
    const auto put = database.run(kPutTile, tile.level, tile.index, Bytes{tile.hashes});
    return put ? base::Result<void>() : base::Failure(put.error());
}

base::Result<std::uint64_t> ledger_size(Connection& database)
{
    const auto read = [](const Statement& row) {
        return static_cast<std::uint64_t>(row.integer(0));
    };
    const auto size = database.first(kSize, read);
    if (!size) {
        return base::Failure(size.error());
    }
    return size->value_or(0);
}

base::Result<std::vector<Leaf>> leaves(Connection& database, std::uint64_t first, std::size_t count)
{
    const auto read = [](const Statement& row) {
        return Leaf{static_cast<std::uint64_t>(row.integer(0)), row.text(1)};
    };
    return database.all(kLeaves, read, first, static_cast<std::uint64_t>(count));
}

base::Result<std::string> tile(Connection& database, std::uint32_t level, std::uint64_t index)
{
    return or_empty(database.first(kTile, read_text, level, index));
}

base::Result<void> save_checkpoint(Connection& database, std::uint64_t size, std::string_view note)
{
    const auto saved = database.run(kSaveCheckpoint, size, note);
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::string> latest_checkpoint(Connection& database)
{
    return or_empty(database.first(kLatest, read_text));
}

base::Result<std::string> checkpoint_covering(Connection& database, std::uint64_t index)
{
    auto covering = or_empty(database.first(kCovering, read_text, index));
    return covering && covering->empty() ? latest_checkpoint(database) : covering;
}

base::Result<void> save_timestamp(Connection& database, const TimestampedCheckpoint& stamped)
{
    const auto saved =
        database.run(kSaveTimestamp, stamped.size, stamped.note, Bytes{stamped.token});
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(Connection& database,
                                                                      std::uint64_t index)
{
    const auto read = [](const Statement& row) {
        return TimestampedCheckpoint{static_cast<std::uint64_t>(row.integer(0)), row.text(1),
                                     row.text(2)};
    };
    return database.first(kTimestamp, read, index);
}

base::Result<void> save_cosigned(Connection& database, std::uint64_t size, std::string_view note)
{
    const auto saved = database.run(kSaveCosigned, size, note);
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::string> cosigned_covering(Connection& database, std::uint64_t index)
{
    return or_empty(database.first(kCosigned, read_text, index));
}

base::Result<std::optional<WitnessedHead>> witnessed(Connection& database, std::string_view witness,
                                                     std::string_view origin)
{
    const auto read = [](const Statement& row) {
        return WitnessedHead{static_cast<std::uint64_t>(row.integer(0)), row.text(1), row.text(2)};
    };
    return database.first(kWitnessed, read, witness, origin);
}

base::Result<bool> advance_witnessed(Connection& database, std::string_view witness,
                                     std::string_view origin, std::uint64_t from,
                                     const WitnessedHead& head)
{
    auto changed =
        database.run(kNextWitnessed, head.size, head.root, head.note, witness, origin, from);
    if (changed && *changed == 0 && from == 0) {
        changed = database.run(kFirstWitnessed, head.size, head.root, head.note, witness, origin);
    }
    return changed ? base::Result<bool>(*changed == 1) : base::Failure(changed.error());
}

}  // namespace gateway::store::sqlite
