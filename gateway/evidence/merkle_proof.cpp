#include <algorithm>
#include <bit>
#include <map>

#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/subtree.hpp"

namespace gateway::evidence {
namespace {

/// Roots of subtrees out of stored tiles; reads each tile once.
class Subtrees {
public:
    explicit Subtrees(const TileReader& tiles) : tiles_(tiles) {}

    /// MTH(D[begin:end]), where `begin` is a multiple of the largest power of two that fits.
    base::Result<base::Digest> root(std::uint64_t begin, std::uint64_t end)
    {
        std::vector<base::Digest> parts;  // complete subtrees, the largest first
        while (begin < end) {
            const auto level = static_cast<std::uint32_t>(std::bit_width(end - begin) - 1);
            auto part = complete(level, begin >> level);
            if (!part) {
                return part;
            }
            parts.push_back(*part);
            begin += std::uint64_t{1} << level;
        }
        auto root = parts.back();
        for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
            root = node_hash(*part, root);
        }
        return root;
    }

private:
    /// The root of the `index`-th complete subtree of 2^level leaves.
    base::Result<base::Digest> complete(std::uint32_t level, std::uint64_t index)
    {
        const auto tile_level = level / kHeight;
        const auto in_tile = level % kHeight;
        const auto first = index << in_tile;
        const auto count = std::size_t{1} << in_tile;
        const auto key = std::pair(tile_level, first / kWidth);
        auto known = read_.find(key);
        if (known == read_.end()) {
            auto tile = tiles_(key.first, key.second);
            if (!tile) {
                return base::Failure(tile.error());
            }
            known = read_.emplace(key, *std::move(tile)).first;
        }
        const std::string_view hashes = known->second;
        const auto offset = static_cast<std::size_t>(first % kWidth) * kHash;
        if (hashes.size() < offset + count * kHash) {
            return bad_tile(key.first, key.second);
        }
        return root_of_full(hashes.substr(offset, count * kHash));
    }

    const TileReader& tiles_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> read_;
};

/// The largest power of two below `size`, which is at least 2.
std::uint64_t split_of(std::uint64_t size)
{
    return std::bit_floor(size - 1);
}

base::Failure beyond(std::string place)
{
    return base::fail(base::Errc::ledger_inconsistent, std::move(place),
                      {"un lugar dentro del árbol", "a place inside the tree"});
}

}  // namespace

base::Result<std::vector<base::Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                        const TileReader& tiles)
{
    if (index >= size) {
        return beyond("ledger.index");
    }
    Subtrees subtrees(tiles);
    std::vector<base::Digest> proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {  // from the root down; the proof is told from the leaf up
        const auto middle = begin + split_of(end - begin);
        const bool is_left = index < middle;
        auto sibling = is_left ? subtrees.root(middle, end) : subtrees.root(begin, middle);
        if (!sibling) {
            return base::Failure(sibling.error());
        }
        proof.push_back(*sibling);
        (is_left ? end : begin) = middle;
    }
    std::ranges::reverse(proof);
    return proof;
}

base::Result<std::vector<base::Digest>> consistency_proof(std::uint64_t first, std::uint64_t second,
                                                          const TileReader& tiles)
{
    if (first > second) {
        return beyond("ledger.size");
    }
    std::vector<base::Digest> proof;
    if (first == 0 || first == second) {
        return proof;
    }
    Subtrees subtrees(tiles);
    std::uint64_t begin = 0;
    std::uint64_t end = second;
    while (first != end) {  // down to the subtree that ends where the first tree ended
        const auto middle = begin + split_of(end - begin);
        const bool ends_left = first <= middle;
        auto sibling = ends_left ? subtrees.root(middle, end) : subtrees.root(begin, middle);
        if (!sibling) {
            return base::Failure(sibling.error());
        }
        proof.push_back(*sibling);
        (ends_left ? end : begin) = middle;
    }
    if (begin != 0) {  // otherwise it is the first tree itself, whose root the verifier holds
        auto start = subtrees.root(begin, end);
        if (!start) {
            return base::Failure(start.error());
        }
        proof.push_back(*start);
    }
    std::ranges::reverse(proof);
    return proof;
}

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const base::Digest& leaf_hash,
                      std::span<const base::Digest> proof, const base::Digest& root)
{
    if (index >= size) {
        return false;
    }
    auto hash = leaf_hash;
    auto place = index;
    auto last = size - 1;
    for (const auto& sibling : proof) {
        if (last == 0) {
            return false;
        }
        if (place % 2 == 1 || place == last) {
            hash = node_hash(sibling, hash);
            while (place % 2 == 0 && place != 0) {  // levels where this node has no right sibling
                place /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        place /= 2;
        last /= 2;
    }
    return last == 0 && hash == root;
}

bool verify_consistency(std::uint64_t first, std::uint64_t second, const base::Digest& first_root,
                        const base::Digest& second_root, std::span<const base::Digest> proof)
{
    if (first > second) {
        return false;
    }
    if (first == 0) {
        return proof.empty() && first_root == base::sha256({});
    }
    if (first == second) {
        return proof.empty() && first_root == second_root;
    }
    auto place = first - 1;
    auto last = second - 1;
    while (place % 2 == 1) {
        place /= 2;
        last /= 2;
    }
    const bool starts_at_zero = std::has_single_bit(first);  // its root is a node of the second
    if (!starts_at_zero && proof.empty()) {
        return false;
    }
    auto old_hash = starts_at_zero ? first_root : proof.front();
    auto new_hash = old_hash;
    for (const auto& sibling : proof.subspan(starts_at_zero ? 0 : 1)) {
        if (last == 0) {
            return false;
        }
        if (place % 2 == 1 || place == last) {
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            while (place % 2 == 0 && place != 0) {
                place /= 2;
                last /= 2;
            }
        } else {
            new_hash = node_hash(new_hash, sibling);
        }
        place /= 2;
        last /= 2;
    }
    return last == 0 && old_hash == first_root && new_hash == second_root;
}

}  // namespace gateway::evidence
