#include "mapping/giis/reader.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

const std::vector<std::string> kNames{"CLUES", "NOMBRE", "AFILIACION"};

std::vector<std::string> places(const mapping::SourceTree& tree)
{
    std::vector<std::string> out;
    for (const auto& leaf : tree.leaves) {
        out.push_back(place_of(tree, leaf) + "=" + text_of(tree, leaf).value_or("?"));
    }
    return out;
}

}  // namespace

TEST_CASE("a GIIS row is read by position, with its repeated values and parts", "[giis]")
{
    mapping::giis::Rows rows(
        "CLUES|NOMBRE|AFILIACION\r\nMCIMB005225|PE\xD1"
        "A#ANA|1&2\r\n\nX||");
    mapping::SourceTree tree;

    REQUIRE(rows.take_header(kNames));
    REQUIRE(rows.next(tree));
    CHECK(rows.columns() == 3);
    CHECK(places(tree) ==
          std::vector<std::string>{"row 2, column 1=MCIMB005225", "row 2, column 2=PEÑA",
                                   "row 2, column 2, part 2=ANA", "row 2, column 3=1",
                                   "row 2, column 3, value 2=2"});
    REQUIRE(rows.next(tree));
    CHECK(places(tree) == std::vector<std::string>{"row 4, column 1=X"});
    CHECK_FALSE(rows.next(tree));
}

TEST_CASE("a file without header is data from its first line", "[giis]")
{
    mapping::giis::Rows rows("A|B|C");
    mapping::SourceTree tree;

    CHECK_FALSE(rows.take_header(kNames));
    CHECK(rows.next(tree));
    CHECK(tree.row == 1);
}

TEST_CASE("a UTF-8 file is seen where windows-1252 is due", "[giis]")
{
    mapping::giis::Rows rows("X|PEÑA|1");
    mapping::SourceTree tree;

    CHECK(rows.is_utf8());
    REQUIRE(rows.next(tree));
    CHECK(places(tree)[1] == "row 1, column 2=PEÑA");
}
