#include "gateway/evidence/merkle.hpp"

#include <catch2/catch.hpp>

#include "tree.hpp"

using namespace gateway::evidence;

namespace {

/// The eight leaves and the roots of RFC 6962's reference tests (certificate-transparency,
/// merkletree/merkle_tree_test.cc).
const std::string kLeaves[] = {"",
                               std::string(1, '\0'),
                               "\x10",
                               "\x20\x21",
                               "\x30\x31",
                               "\x40\x41\x42\x43",
                               "\x50\x51\x52\x53\x54\x55\x56\x57",
                               "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
constexpr std::string_view kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

}  // namespace

TEST_CASE("the tree gives the known roots of RFC 6962", "[merkle]")
{
    Frontier frontier;
    CHECK(base::to_hex(base::view(frontier.root())) == kRoots[0]);
    for (std::size_t i = 0; i < std::size(kLeaves); ++i) {
        frontier.append(leaf_hash(kLeaves[i]));
        CHECK(base::to_hex(base::view(frontier.root())) == kRoots[i + 1]);
    }
}

TEST_CASE("the growing end has the root of the whole tree at every size", "[merkle]")
{
    const auto leaves = tree::some_leaves(600);
    Frontier frontier;

    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        frontier.append(leaves[size - 1]);

        REQUIRE(frontier.size() == size);
        REQUIRE(frontier.root() == tree::slow_root(leaves, 0, size));
    }
}

TEST_CASE("a tree of three levels of tiles keeps its root", "[merkle]")
{
    const auto leaves = tree::some_leaves(65536 + 300);
    Frontier frontier;
    tree::MemoryTiles store;
    for (const auto& leaf : leaves) {
        frontier.append(leaf);
        if (frontier.size() % 1000 == 0) {
            store.store(frontier);
        }
    }
    store.store(frontier);

    CHECK(frontier.root() == tree::slow_root(leaves, 0, leaves.size()));
    CHECK(store.tiles.at({0, 256}).size() == 8192);
    CHECK(store.tiles.at({0, 257}).size() == 44 * 32);
    CHECK(store.tiles.at({1, 1}).size() == 32);
    CHECK(store.tiles.at({2, 0}).size() == 32);
    const auto proof = inclusion_proof(65540, leaves.size(), store.reader());
    REQUIRE(proof);
    CHECK(verify_inclusion(65540, leaves.size(), leaves[65540], *proof, frontier.root()));
}

TEST_CASE("a restored end goes on as if it had never stopped", "[merkle]")
{
    const auto leaves = tree::some_leaves(600);
    Frontier whole;
    tree::MemoryTiles store;
    for (std::size_t size = 0; size < leaves.size(); ++size) {
        whole.append(leaves[size]);
        store.store(whole);

        auto restored = Frontier::restore(size + 1, store.reader());

        REQUIRE(restored);
        REQUIRE(restored->root() == whole.root());
        REQUIRE(restored->take_changed().empty());
        if (size + 1 < leaves.size()) {
            restored->append(leaves[size + 1]);
            REQUIRE(restored->root() == tree::slow_root(leaves, 0, size + 2));
        }
    }
}

TEST_CASE("an end whose tile is missing or short is not restored", "[merkle]")
{
    Frontier frontier;
    tree::MemoryTiles store;
    for (const auto& leaf : tree::some_leaves(300)) {
        frontier.append(leaf);
    }
    store.store(frontier);

    SECTION("missing")
    {
        store.tiles.erase({1, 0});
    }
    SECTION("short")
    {
        store.tiles[{0, 1}].resize(43 * 32);
    }

    const auto restored = Frontier::restore(300, store.reader());
    REQUIRE_FALSE(restored);
    CHECK(restored.error().code == base::Errc::ledger_inconsistent);
}
