#include "gateway/evidence/merkle.hpp"

#include <algorithm>
#include <bit>

#include "gateway/evidence/subtree.hpp"

namespace gateway::evidence {
namespace {

base::Digest hash_at(std::string_view hashes, std::size_t index)
{
    base::Digest digest;
    std::ranges::copy(hashes.substr(index * kHash, kHash), digest.begin());
    return digest;
}

}  // namespace

base::Digest root_of_full(std::string_view hashes)
{
    std::vector<base::Digest> row(hashes.size() / kHash);
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = hash_at(hashes, i);
    }
    for (auto width = row.size(); width > 1; width /= 2) {
        for (std::size_t i = 0; i < width / 2; ++i) {
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
        }
    }
    return row.front();
}

base::Failure bad_tile(std::uint32_t level, std::uint64_t index)
{
    return base::fail(
        base::Errc::ledger_inconsistent,
        "tile/" + std::to_string(level) + "/" + std::to_string(index),
        {"una tesela guardada con todas sus huellas", "a stored tile with all hashes"});
}

base::Digest leaf_hash(std::string_view leaf)
{
    std::string input;
    input.reserve(leaf.size() + 1);
    input.push_back('\0');
    input.append(leaf);
    return base::sha256(input);
}

base::Digest node_hash(const base::Digest& left, const base::Digest& right)
{
    std::array<char, 1 + 2 * kHash> input{};
    input[0] = '\1';
    std::ranges::copy(base::view(left), input.begin() + 1);
    std::ranges::copy(base::view(right), input.begin() + 1 + kHash);
    return base::sha256({input.data(), input.size()});
}

base::Result<Frontier> Frontier::restore(std::uint64_t size, const TileReader& tiles)
{
    Frontier frontier;
    frontier.size_ = size;
    for (std::uint32_t level = 0; size != 0; ++level, size /= kWidth) {
        Tile tile{level, size / kWidth, {}};
        const auto bytes = static_cast<std::size_t>(size % kWidth) * kHash;
        if (bytes != 0) {
            auto stored = tiles(level, tile.index);
            if (!stored) {
                return base::Failure(stored.error());
            }
            if (stored->size() < bytes) {
                return bad_tile(level, tile.index);
            }
            tile.hashes = stored->substr(0, bytes);
        }
        frontier.partial_.push_back(std::move(tile));
        frontier.changed_.push_back(false);
    }
    return frontier;
}

void Frontier::append(const base::Digest& leaf_hash)
{
    ++size_;
    auto hash = leaf_hash;
    for (std::uint32_t level = 0;; ++level) {
        if (level == partial_.size()) {
            partial_.push_back({level, 0, {}});
            changed_.push_back(false);
        }
        auto& tile = partial_[level];
        tile.hashes.append(base::view(hash));
        changed_[level] = true;
        if (tile.hashes.size() < kWidth * kHash) {
            return;
        }
        hash = root_of_full(tile.hashes);
        const auto next = tile.index + 1;
        full_.push_back(std::move(tile));
        tile = {level, next, {}};
        changed_[level] = false;
    }
}

base::Digest Frontier::root() const
{
    std::vector<base::Digest> parts;  // complete subtrees from left to right
    for (auto tile = partial_.rbegin(); tile != partial_.rend(); ++tile) {
        std::string_view left = tile->hashes;
        while (!left.empty()) {
            const auto bytes = std::bit_floor(left.size() / kHash) * kHash;
            parts.push_back(root_of_full(left.substr(0, bytes)));
            left.remove_prefix(bytes);
        }
    }
    if (parts.empty()) {
        return base::sha256({});
    }
    auto root = parts.back();
    for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
        root = node_hash(*part, root);
    }
    return root;
}

std::vector<Tile> Frontier::take_changed()
{
    auto tiles = std::move(full_);
    full_.clear();
    for (std::size_t level = 0; level < partial_.size(); ++level) {
        if (changed_[level]) {
            tiles.push_back(partial_[level]);
            changed_[level] = false;
        }
    }
    return tiles;
}

}  // namespace gateway::evidence
