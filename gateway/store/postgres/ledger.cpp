#include "gateway/store/postgres/ledger.hpp"

#include <string>

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAddLeaf = "insert into leaf (node, place, bytes) values ($1, $2, $3)";
constexpr std::string_view kSize = "select coalesce(max(place) + 1, 0) from leaf where node = $1";
constexpr std::string_view kLeaves =
    "select place, bytes from leaf where node = $1 and place >= $2 order by place limit $3";

constexpr std::string_view kPutTile =
    "insert into tile (node, level, place, hashes) values ($1, $2, $3, $4)"
    " on conflict (node, level, place) do update set hashes = excluded.hashes";
constexpr std::string_view kTile =
    "select hashes from tile where node = $1 and level = $2 and place = $3";

constexpr std::string_view kSaveCheckpoint =
    "insert into checkpoint (node, size, note) values ($1, $2, $3)"
    " on conflict (node, size) do update set note = excluded.note";
constexpr std::string_view kLatest =
    "select note from checkpoint where node = $1 order by size desc limit 1";
constexpr std::string_view kCovering =
    "select note from checkpoint where node = $1 and size > $2 order by size limit 1";

constexpr std::string_view kSaveTimestamp =
    "insert into timestamp_token (node, size, note, token) values ($1, $2, $3, $4)"
    " on conflict do nothing";
constexpr std::string_view kTimestamp =
    "select size, note, token from timestamp_token where node = $1 and size > $2"
    " order by size limit 1";

constexpr std::string_view kSaveCosigned =
    "insert into cosigned_checkpoint (node, size, note) values ($1, $2, $3)"
    " on conflict do nothing";
constexpr std::string_view kCosigned =
    "select note from cosigned_checkpoint where node = $1 and size > $2 order by size limit 1";
constexpr std::string_view kWitnessed =
    "select size, root, note from witnessed_ledger where witness = $1 and origin = $2";
constexpr std::string_view kFirstWitnessed =
    "insert into witnessed_ledger (size, root, note, witness, origin) values ($1, $2, $3, $4, $5)"
    " on conflict do nothing";
constexpr std::string_view kNextWitnessed =
    "update witnessed_ledger set size = $1, root = $2, note = $3"
    " where witness = $4 and origin = $5 and size = $6";

std::string read_text(const Row& row)
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

base::Result<void> send(Connection& database, std::string_view node, const Leaf& leaf)
{
    return database.send(1, kAddLeaf, node, leaf.index, leaf.bytes);
}

base::Result<void> send(Connection& database, std::string_view node, const evidence::Tile& tile)
{
    return database.send(1, kPutTile, node, tile.level, tile.index, tile.hashes);
}

base::Result<std::uint64_t> ledger_size(Connection& database, std::string_view node)
{
    const auto read = [](const Row& row) { return static_cast<std::uint64_t>(row.integer(0)); };
    const auto size = database.first(kSize, read, node);
    if (!size) {
        return base::Failure(size.error());
    }
    return size->value_or(0);
}

base::Result<std::vector<Leaf>> leaves(Connection& database, std::string_view node,
                                       std::uint64_t first, std::size_t count)
{
    const auto read = [](const Row& row) {
        return Leaf{static_cast<std::uint64_t>(row.integer(0)), row.text(1)};
    };
    return database.all(kLeaves, read, node, first, static_cast<std::uint64_t>(count));
}

base::Result<std::string> tile(Connection& database, std::string_view node, std::uint32_t level,
                               std::uint64_t index)
{
    return or_empty(database.first(kTile, read_text, node, level, index));
}

base::Result<void> save_checkpoint(Connection& database, std::string_view node, std::uint64_t size,
                                   std::string_view note)
{
    const auto saved = database.run(kSaveCheckpoint, node, size, note);
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::string> latest_checkpoint(Connection& database, std::string_view node)
{
    return or_empty(database.first(kLatest, read_text, node));
}

base::Result<std::string> checkpoint_covering(Connection& database, std::string_view node,
                                              std::uint64_t index)
{
    auto covering = or_empty(database.first(kCovering, read_text, node, index));
    return covering && covering->empty() ? latest_checkpoint(database, node) : covering;
}

base::Result<void> save_timestamp(Connection& database, std::string_view node,
                                  const TimestampedCheckpoint& stamped)
{
    const auto saved =
        database.run(kSaveTimestamp, node, stamped.size, stamped.note, stamped.token);
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::optional<TimestampedCheckpoint>> timestamp_covering(Connection& database,
                                                                      std::string_view node,
                                                                      std::uint64_t index)
{
    const auto read = [](const Row& row) {
        return TimestampedCheckpoint{static_cast<std::uint64_t>(row.integer(0)), row.text(1),
                                     row.text(2)};
    };
    return database.first(kTimestamp, read, node, index);
}

base::Result<void> save_cosigned(Connection& database, std::string_view node, std::uint64_t size,
                                 std::string_view note)
{
    const auto saved = database.run(kSaveCosigned, node, size, note);
    return saved ? base::Result<void>() : base::Failure(saved.error());
}

base::Result<std::string> cosigned_covering(Connection& database, std::string_view node,
                                            std::uint64_t index)
{
    return or_empty(database.first(kCosigned, read_text, node, index));
}

base::Result<std::optional<WitnessedHead>> witnessed(Connection& database, std::string_view witness,
                                                     std::string_view origin)
{
    const auto read = [](const Row& row) {
        return WitnessedHead{static_cast<std::uint64_t>(row.integer(0)), row.text(1), row.text(2)};
    };
    return database.first(kWitnessed, read, witness, origin);
}

base::Result<bool> advance_witnessed(Connection& database, std::string_view witness,
                                     std::string_view origin, std::uint64_t from,
                                     const WitnessedHead& head)
{
    auto done =
        database.run(kNextWitnessed, head.size, head.root, head.note, witness, origin, from);
    if (done && done->changed() == 0 && from == 0) {
        done = database.run(kFirstWitnessed, head.size, head.root, head.note, witness, origin);
    }
    return done ? base::Result<bool>(done->changed() == 1) : base::Failure(done.error());
}

}  // namespace gateway::store::postgres
