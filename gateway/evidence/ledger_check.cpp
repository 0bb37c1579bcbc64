#include "gateway/evidence/ledger_check.hpp"

#include <fstream>
#include <optional>
#include <sstream>

#include "gateway/evidence/bundle.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/subtree.hpp"
#include "gateway/evidence/tile_path.hpp"

namespace gateway::evidence {
namespace {

constexpr std::string_view kCheckpoint = "checkpoint";

std::optional<std::string> read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    if (!file || !(bytes << file.rdbuf())) {
        return std::nullopt;
    }
    return std::move(bytes).str();
}

/// One run: the tree grown again from its entries.
class LedgerCheck {
public:
    LedgerCheck(const std::filesystem::path& folder, const Trust& trust)
        : folder_(folder), trust_(trust)
    {
    }

    Report run()
    {
        const bool ok = checkpoint() && entries() && rightmost_tiles() &&
                        check("root of the checkpoint", std::string(kCheckpoint),
                              frontier_.root() == checkpoint_.root, "");
        static_cast<void>(ok);  // the report says it
        return std::move(report_);
    }

private:
    bool check(std::string name, std::string file, bool ok, std::string detail)
    {
        report_.checks.push_back({std::move(name), std::move(file), ok, std::move(detail)});
        return ok;
    }

    bool fail(std::string name, const TilePath& path, std::string detail)
    {
        return check(std::move(name), to_text(path), false, std::move(detail));
    }

    bool checkpoint()
    {
        const auto note = read_file(folder_ / kCheckpoint).value_or("");
        bool is_signed = false;
        for (const auto& vkey : trust_.vkeys) {
            if (auto opened = open_checkpoint(note, vkey)) {
                checkpoint_ = *std::move(opened);
                is_signed = true;
            }
        }
        return check("checkpoint signed by a ledger that is trusted", std::string(kCheckpoint),
                     is_signed, checkpoint_.origin + ' ' + std::to_string(checkpoint_.size));
    }

    /// The file of a tile; the full one where the partial one is gone (C2SP allows it).
    [[nodiscard]] std::optional<std::string> read(const TilePath& path) const
    {
        auto bytes = read_file(folder_ / to_text(path));
        if (!bytes && path.width < kWidth) {
            auto full = path;
            full.width = kWidth;
            bytes = read_file(folder_ / to_text(full));
        }
        return bytes;
    }

    bool entries()
    {
        const auto bundles = (checkpoint_.size + kWidth - 1) / kWidth;
        for (std::uint64_t index = 0; index < bundles; ++index) {
            const TilePath path{true, 0, index, tile_width(checkpoint_.size, 0, index)};
            if (!grow(path)) {
                return false;
            }
            for (const auto& tile : frontier_.take_changed()) {
                if (tile.hashes.size() == kWidth * kHash && !is_stored(tile)) {
                    return false;
                }
            }
        }
        return check("entries and full tiles", "tile", true, std::to_string(checkpoint_.size));
    }

    /// Appends the leaves of one bundle.
    bool grow(const TilePath& path)
    {
        const auto bytes = read(path);
        const auto leaves = bytes ? read_bundle(*bytes) : std::vector<std::string_view>();
        if (!leaves || leaves->size() < path.width) {
            return fail("entries", path, "missing or short");
        }
        for (std::uint32_t i = 0; i < path.width; ++i) {
            const auto leaf = (*leaves)[i];
            const auto start = R"({"seq":)" + std::to_string(frontier_.size()) + ',';
            if (!leaf.starts_with(start)) {
                return fail("every leaf tells its place", path,
                            "leaf " + std::to_string(frontier_.size()));
            }
            frontier_.append(leaf_hash(leaf));
        }
        return true;
    }

    bool is_stored(const Tile& tile)
    {
        const TilePath path{false, tile.level, tile.index,
                            static_cast<std::uint32_t>(tile.hashes.size() / kHash)};
        const auto stored = read(path);
        const bool ok = stored && stored->starts_with(tile.hashes);
        return ok || fail("tile of hashes", path, stored ? "not the entries' hashes" : "missing");
    }

    bool rightmost_tiles()
    {
        // Grown once more from what is stored: a partial tile that differs changes the root.
        const TileReader stored = [this](std::uint32_t level,
                                         std::uint64_t index) -> base::Result<std::string> {
            const auto width = tile_width(checkpoint_.size, level, index);
            return read({false, level, index, width}).value_or("");
        };
        const auto restored = Frontier::restore(checkpoint_.size, stored);
        return check("partial tiles", restored ? "tile" : restored.error().where,
                     restored && restored->root() == frontier_.root(), "");
    }

    const std::filesystem::path& folder_;
    const Trust& trust_;
    Report report_;
    Checkpoint checkpoint_;
    Frontier frontier_;
};

}  // namespace

Report check_ledger(const std::filesystem::path& folder, const Trust& trust)
{
    return LedgerCheck(folder, trust).run();
}

}  // namespace gateway::evidence
