#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/evidence/merkle.hpp"

namespace tree {

using gateway::evidence::Frontier;
using gateway::evidence::TileReader;

/// RFC 6962 §2.1 as it is written, slow: what the tiles are held against.
inline base::Digest slow_root(const std::vector<base::Digest>& leaves, std::size_t begin,
                              std::size_t end)
{
    if (begin == end) {
        return base::sha256({});
    }
    if (end - begin == 1) {
        return leaves[begin];
    }
    std::size_t split = 1;
    while (split * 2 < end - begin) {
        split *= 2;
    }
    return gateway::evidence::node_hash(slow_root(leaves, begin, begin + split),
                                        slow_root(leaves, begin + split, end));
}

inline std::vector<base::Digest> some_leaves(std::size_t count)
{
    std::vector<base::Digest> leaves;
    for (std::size_t i = 0; i < count; ++i) {
        leaves.push_back(gateway::evidence::leaf_hash("leaf " + std::to_string(i)));
    }
    return leaves;
}

/// Tiles in memory, replaced as a store replaces them.
struct MemoryTiles {
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> tiles;

    void store(Frontier& frontier)
    {
        for (auto& tile : frontier.take_changed()) {
            tiles[{tile.level, tile.index}] = std::move(tile.hashes);
        }
    }
    [[nodiscard]] TileReader reader() const
    {
        return [this](std::uint32_t level, std::uint64_t index) -> base::Result<std::string> {
            const auto found = tiles.find({level, index});
            return found == tiles.end() ? std::string() : found->second;
        };
    }
};

}  // namespace tree
