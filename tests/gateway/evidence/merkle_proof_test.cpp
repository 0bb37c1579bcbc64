#include <catch2/catch.hpp>

#include "tree.hpp"

using namespace gateway::evidence;

namespace {

struct Grown {
    std::vector<base::Digest> leaves;
    std::vector<base::Digest> roots;  ///< by size
    tree::MemoryTiles store;
};

/// All pairs of small trees and of those around a full tile; one in 31 of the others.
bool is_tried(std::size_t size, std::size_t place)
{
    const bool around_a_tile = size % 256 <= 1 || size % 256 == 255 || size == 600;
    return size <= 64 || around_a_tile || (size + place) % 31 == 0;
}

Grown grow(std::size_t size)
{
    Grown grown{tree::some_leaves(size), {}, {}};
    Frontier frontier;
    grown.roots.push_back(frontier.root());
    for (const auto& leaf : grown.leaves) {
        frontier.append(leaf);
        grown.roots.push_back(frontier.root());
    }
    grown.store.store(frontier);
    return grown;
}

}  // namespace

TEST_CASE("leaves of every tree up to 600 are proved to be in it", "[merkle]")
{
    const auto grown = grow(600);
    const auto tiles = grown.store.reader();
    std::size_t failures = 0;
    for (std::size_t size = 1; size <= 600; ++size) {
        for (std::size_t index = 0; index < size; ++index) {
            if (!is_tried(size, index)) {
                continue;
            }
            const auto proof = inclusion_proof(index, size, tiles);
            failures += proof && verify_inclusion(index, size, grown.leaves[index], *proof,
                                                  grown.roots[size])
                            ? 0
                            : 1;
        }
    }
    CHECK(failures == 0);
}

TEST_CASE("earlier sizes of every tree up to 600 are proved to be one history", "[merkle]")
{
    const auto grown = grow(600);
    const auto tiles = grown.store.reader();
    std::size_t failures = 0;
    for (std::size_t second = 0; second <= 600; ++second) {
        for (std::size_t first = 0; first <= second; ++first) {
            if (!is_tried(second, first)) {
                continue;
            }
            const auto proof = consistency_proof(first, second, tiles);
            failures += proof && verify_consistency(first, second, grown.roots[first],
                                                    grown.roots[second], *proof)
                            ? 0
                            : 1;
        }
    }
    CHECK(failures == 0);
}

TEST_CASE("a proof of anything else is refused", "[merkle]")
{
    const auto grown = grow(300);
    const auto tiles = grown.store.reader();
    const std::size_t size = GENERATE(2U, 7U, 255U, 256U, 257U, 300U);
    const std::size_t index = GENERATE(0U, 1U);
    auto proof = inclusion_proof(index, size, tiles).value();
    const auto& leaf = grown.leaves[index];
    const auto& root = grown.roots[size];
    REQUIRE(verify_inclusion(index, size, leaf, proof, root));

    CHECK_FALSE(verify_inclusion(index + 1, size, leaf, proof, root));
    CHECK_FALSE(verify_inclusion(size, size, leaf, proof, root));
    CHECK_FALSE(verify_inclusion(index, size, grown.leaves[index + 1], proof, root));
    CHECK_FALSE(verify_inclusion(index, size, leaf, proof, grown.roots[size - 1]));
    for (std::size_t i = 0; i < proof.size(); ++i) {
        auto changed = proof;
        changed[i][31] ^= 1U;
        CHECK_FALSE(verify_inclusion(index, size, leaf, changed, root));
    }
    auto longer = proof;
    longer.push_back(root);
    CHECK_FALSE(verify_inclusion(index, size, leaf, longer, root));
    proof.pop_back();
    CHECK_FALSE(verify_inclusion(index, size, leaf, proof, root));
}

TEST_CASE("a history that was rewritten has no proof", "[merkle]")
{
    const auto grown = grow(300);
    const auto tiles = grown.store.reader();
    const std::size_t first = GENERATE(1U, 2U, 100U, 128U, 255U, 256U);
    const auto proof = consistency_proof(first, 300, tiles).value();
    REQUIRE(verify_consistency(first, 300, grown.roots[first], grown.roots[300], proof));

    auto other = grown.roots[first];
    other[0] ^= 1U;
    CHECK_FALSE(verify_consistency(first, 300, other, grown.roots[300], proof));
    CHECK_FALSE(verify_consistency(first, 300, grown.roots[first], grown.roots[299], proof));
    CHECK_FALSE(verify_consistency(300, first, grown.roots[300], grown.roots[first], proof));
    CHECK_FALSE(verify_consistency(first, 300, grown.roots[first], grown.roots[300], {}));
    CHECK_FALSE(verify_consistency(0, 300, grown.roots[first], grown.roots[300], {}));
    for (std::size_t i = 0; i < proof.size(); ++i) {
        auto changed = proof;
        changed[i][0] ^= 0x80U;
        CHECK_FALSE(verify_consistency(first, 300, grown.roots[first], grown.roots[300], changed));
    }
}

TEST_CASE("no proof is made of what the tree does not hold", "[merkle]")
{
    auto grown = grow(300);
    CHECK_FALSE(inclusion_proof(300, 300, grown.store.reader()));
    CHECK_FALSE(inclusion_proof(0, 0, grown.store.reader()));
    CHECK_FALSE(consistency_proof(301, 300, grown.store.reader()));
    CHECK_FALSE(inclusion_proof(0, 1000, grown.store.reader()));

    grown.store.tiles.erase({0, 0});

    const auto proof = inclusion_proof(3, 300, grown.store.reader());
    REQUIRE_FALSE(proof);
    CHECK(proof.error().code == base::Errc::ledger_inconsistent);
    CHECK(proof.error().where == "tile/0/0");
}
