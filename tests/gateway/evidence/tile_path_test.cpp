#include "gateway/evidence/tile_path.hpp"

#include <catch2/catch.hpp>

using namespace gateway::evidence;

TEST_CASE("a tile has the path that C2SP gives it", "[tile]")
{
    const auto [path, text] = GENERATE(table<TilePath, std::string>({
        {{false, 0, 0, 256}, "tile/0/000"},
        {{false, 0, 999, 256}, "tile/0/999"},
        {{false, 0, 1000, 256}, "tile/0/x001/000"},
        {{false, 63, 1234067, 256}, "tile/63/x001/x234/067"},
        {{false, 1, 0, 17}, "tile/1/000.p/17"},
        {{true, 0, 273, 112}, "tile/entries/273.p/112"},
        {{true, 0, 1234067, 256}, "tile/entries/x001/x234/067"},
    }));
    CAPTURE(text);

    CHECK(to_text(path) == text);
    CHECK(tile_path_from(text) == path);
}

TEST_CASE("a path that is not the one way to write it names nothing", "[tile]")
{
    const std::string text = GENERATE(
        "", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/0/001/000", "tile/0/x001", "tile/0/x001/", "tile/0/x000/001",
        "tile/0/x001/x002", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
        "tile/0/000.p/", "tile/0/000.p/1/", "tile/0/../000", "tile/entries", "tile/entries/",
        "tile/entries/0", "/tile/0/000", "tile/0/x/000", "tile/0/x18/x446/x744/x073/x709/x551/616",
        "tile/0/x018/x446/x744/x073/x709/x551/616");
    CAPTURE(text);
    CHECK_FALSE(tile_path_from(text));
}

TEST_CASE("a tile of a tree is as wide as the tree makes it", "[tile]")
{
    CHECK(tile_width(70000, 0, 272) == 256);
    CHECK(tile_width(70000, 0, 273) == 112);
    CHECK(tile_width(70000, 0, 274) == 0);
    CHECK(tile_width(70000, 1, 0) == 256);
    CHECK(tile_width(70000, 1, 1) == 17);
    CHECK(tile_width(70000, 2, 0) == 1);
    CHECK(tile_width(70000, 3, 0) == 0);
    CHECK(tile_width(256, 0, 0) == 256);
    CHECK(tile_width(256, 1, 0) == 1);
    CHECK(tile_width(0, 0, 0) == 0);
    CHECK(tile_width(~0ULL, 9, 0) == 0);
    CHECK(tile_width(300, 0, ~0ULL / 128) == 0);
}
