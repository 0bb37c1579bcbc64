#include "gateway/store/ledger_check.hpp"

#include <string>
#include <utility>

#include "gateway/evidence/merkle.hpp"

namespace gateway::store {
namespace {

constexpr std::size_t kLeavesAtOnce = 1024;
constexpr std::size_t kHash = 32;
constexpr std::uint64_t kTileWidth = 256;

base::Failure inconsistent(std::string where, std::string es, std::string en)
{
    return base::fail(base::Errc::ledger_inconsistent, std::move(where),
                      {std::move(es), std::move(en)});
}

/// Each tile computed from the leaves is what is stored; a stored one may already be longer.
base::Result<void> compare(Store& store, const std::vector<evidence::Tile>& computed)
{
    for (const auto& tile : computed) {
        const auto stored = store.tile(tile.level, tile.index);
        if (!stored) {
            return base::Failure(stored.error());
        }
        std::size_t same = 0;
        while (same < tile.hashes.size() &&
               stored->substr(same, kHash) == std::string_view(tile.hashes).substr(same, kHash)) {
            same += kHash;
        }
        if (same < tile.hashes.size()) {
            const auto place = tile.index * kTileWidth + same / kHash;
            return inconsistent(tile.level == 0 ? "ledger, leaf " + std::to_string(place)
                                                : "ledger, tile/" + std::to_string(tile.level) +
                                                      "/" + std::to_string(tile.index),
                                "los bytes con que se calculó el árbol",
                                "the bytes the tree was made from");
        }
    }
    return {};
}

/// Hashes the leaves from the end of `tree` to `size` and compares the tiles they make.
base::Result<void> check_tail(Store& store, evidence::Frontier tree, std::uint64_t size)
{
    while (tree.size() < size) {
        const auto leaves = store.leaves(tree.size(), kLeavesAtOnce);
        if (!leaves) {
            return base::Failure(leaves.error());
        }
        if (leaves->empty()) {
            return inconsistent("ledger, leaf " + std::to_string(tree.size()),
                                "una hoja en su lugar", "a leaf in its place");
        }
        for (const auto& leaf : *leaves) {
            if (leaf.index != tree.size()) {
                return inconsistent("ledger, leaf " + std::to_string(tree.size()),
                                    "una hoja en su lugar", "a leaf in its place");
            }
            tree.append(evidence::leaf_hash(leaf.bytes));
        }
        if (auto same = compare(store, tree.take_changed()); !same) {
            return same;
        }
    }
    return {};
}

}  // namespace

base::Result<void> check_ledger(Store& store, const evidence::Checkpoint& anchored)
{
    const auto size = store.ledger_size();
    if (!size) {
        return base::Failure(size.error());
    }
    const auto anchor = std::to_string(anchored.size);
    if (*size < anchored.size) {
        return inconsistent("ledger, size " + std::to_string(*size),
                            "al menos " + anchor + " hojas, como dice el ancla",
                            "at least " + anchor + " leaves, as the anchor says");
    }
    if (anchored.size == 0) {
        return check_tail(store, {}, *size);
    }
    const auto tiles = [&](std::uint32_t level, std::uint64_t index) {
        return store.tile(level, index);
    };
    auto tree = evidence::Frontier::restore(anchored.size, tiles);
    if (!tree) {
        return base::Failure(tree.error());
    }
    if (tree->root() != anchored.root) {
        return inconsistent("ledger, size " + std::to_string(*size) + ", root at " + anchor,
                            "la raíz anclada: la bitácora se bifurcó o fue alterada",
                            "the anchored root: the ledger was forked or altered");
    }
    return check_tail(store, *std::move(tree), *size);
}

}  // namespace gateway::store
