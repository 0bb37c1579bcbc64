#include "mapping/rules/rule_pack.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "mapping/giis/reader.hpp"

using namespace mapping;
using mapping::rules::RulePack;

namespace {

std::optional<std::vector<std::string>> colours(const std::string& name)
{
    return name == "colour" ? std::optional(std::vector<std::string>{"red", "blue"}) : std::nullopt;
}

/// One rule about column 1 that asks for `must`.
CheckRow rule(std::string must, std::string argument, std::string when = {}, std::string age = {})
{
    return {"T/1",
            "c1",
            std::move(when),
            std::move(age),
            std::move(must),
            std::move(argument),
            "error",
            "guide, variable 1",
            "es",
            "en",
            {"rules.csv", 7}};
}

base::Issues check(std::vector<CheckRow> rows, std::string_view line)
{
    rows.push_back({"T/0", "c8", {}, {}, "age_until", "c9", {}, {}, {}, {}, {}});
    base::Issues faults;
    const auto pack = RulePack::compile(rows, colours, faults);
    REQUIRE(faults.empty());
    giis::Rows reader(line);
    SourceTree tree;
    REQUIRE(reader.next(tree));
    base::Issues found;
    pack.check(tree, found);
    return found;
}

bool passes(const CheckRow& row, std::string_view line)
{
    return check({row}, line).empty();
}

}  // namespace

TEST_CASE("a violated rule names row, column, rule and official text, not the value", "[rules]")
{
    const auto found = check({rule("one_of", "0 1")}, "7\n");

    REQUIRE(found.size() == 1);
    CHECK(found[0].code == base::Errc::rule_violated);
    CHECK(found[0].severity == base::Severity::error);
    CHECK(found[0].where == "row 1, column 1");
    CHECK(found[0].rule == "T/1");
    CHECK(found[0].expected == base::Text{"es (guide, variable 1)", "en (guide, variable 1)"});
    CHECK(found[0].found.en == "digits, length 1");
}

TEST_CASE("one_of and none_of look at the only value of a column", "[rules]")
{
    CHECK(passes(rule("one_of", "-1 0 1"), "-1"));
    CHECK_FALSE(passes(rule("one_of", "-1 0 1"), "0&1"));
    CHECK_FALSE(passes(rule("one_of", "-1 0 1"), "|x"));
    CHECK(passes(rule("none_of", "142"), "59"));
    CHECK_FALSE(passes(rule("none_of", "142"), "142"));
}

TEST_CASE("a list has known values, none twice, and some stand alone", "[rules]")
{
    const auto list = rule("list_of", "0! 2 3 8");

    CHECK(passes(list, "0"));
    CHECK(passes(list, "2&8"));
    CHECK_FALSE(passes(list, "0&2"));
    CHECK_FALSE(passes(list, "2&2"));
    CHECK_FALSE(passes(list, "2&9"));
    CHECK_FALSE(passes(list, "|x"));
}

TEST_CASE("a range has bounds, decimals and a value that says unknown", "[rules]")
{
    const auto weight = rule("range", "1 400 3 999");

    CHECK(passes(weight, "70.345"));
    CHECK(passes(weight, "400"));
    CHECK(passes(weight, "999"));
    CHECK_FALSE(passes(weight, "400.001"));
    CHECK_FALSE(passes(weight, "0.999"));
    CHECK_FALSE(passes(weight, "999.0"));
    CHECK_FALSE(passes(rule("range", "30 220 0"), "167.5"));
}

TEST_CASE("columns are compared as numbers, dates and texts", "[rules]")
{
    CHECK(passes(rule("not_less", "c2"), "100|60"));
    CHECK_FALSE(passes(rule("not_less", "c2"), "60|100"));
    CHECK(passes(rule("not_after", "c2"), "01/12/2023|02/01/2024"));
    CHECK_FALSE(passes(rule("not_after", "c2"), "02/01/2024|01/12/2023"));
    CHECK(passes(rule("holds", "c1 NOT EQUALS c2"), "A|B"));
    CHECK_FALSE(passes(rule("holds", "c1 NOT EQUALS c2"), "A|A"));
}

TEST_CASE("dates, names, identifiers and vocabularies have their forms", "[rules]")
{
    CHECK_FALSE(passes(rule("date", ""), "30/02/2024"));
    CHECK_FALSE(passes(rule("name", ""), "José"));
    CHECK_FALSE(passes(rule("trimmed", ""), "LUIS |x"));
    CHECK(passes(rule("trimmed", ""), "LUIS|x"));
    CHECK(passes(rule("curp", ""), "XXXX999999XXXXXX99"));
    CHECK_FALSE(passes(rule("curp", ""), "SOTF910520MNLLRR"));
    CHECK_FALSE(passes(rule("clues", ""), "DFIMB00200X"));
    CHECK(passes(rule("vocab", "colour"), "red"));
    CHECK_FALSE(passes(rule("vocab", "colour"), "green"));
}

TEST_CASE("a rule speaks only when its condition holds and the age is in its range", "[rules]")
{
    const std::string born_2020 = "7||||||F|01/05/2020|01/05/2024";

    CHECK(passes(rule("one_of", "0", "c7 EQUALS \"M\""), born_2020));
    CHECK_FALSE(passes(rule("one_of", "0", "c7 EQUALS \"F\""), born_2020));
    CHECK_FALSE(passes(rule("one_of", "0", "", "-004A"), born_2020));
    CHECK(passes(rule("one_of", "0", "", "!-004A"), born_2020));
    CHECK(passes(rule("one_of", "0", "", "-004A"), "7||||||F|x|01/05/2024"));
    CHECK_FALSE(passes(rule("age", "060A-"), born_2020));
    CHECK(passes(rule("one_of", "0", "", "-002A"), "7||||||F|09/09/9999|01/05/2024"));
}

TEST_CASE("the age of a professional is read from the CURP", "[rules]")
{
    CHECK(passes(rule("curp_age", "018A-090A"), "SOTF910520MNLLRR00|||||||01/01/2000|01/05/2024"));
    CHECK_FALSE(
        passes(rule("curp_age", "018A-090A"), "RIRN260501HDFXXXA2|||||||01/01/2000|01/06/2026"));
}

TEST_CASE("a faulty row is refused with its place when the rules are read", "[rules]")
{
    const auto bad = GENERATE(values<CheckRow>({
        rule("one_off", "0"),
        rule("one_of", ""),
        rule("range", "1 x 0"),
        rule("range", "1 2 9"),
        rule("age", "old"),
        rule("vocab", "shape"),
        rule("holds", "c1 EQUALS"),
        rule("not_less", "2"),
        rule("date", "c2"),
        rule("one_of", "0", "c1 LIKES"),
        rule("one_of", "0", "", "old"),
    }));
    CAPTURE(bad.must, bad.argument, bad.when, bad.age);

    base::Issues faults;
    const auto pack = RulePack::compile(std::vector{bad}, colours, faults);

    REQUIRE(faults.size() == 1);
    CHECK(faults[0].code == base::Errc::malformed_package);
    CHECK(faults[0].where.starts_with("rules.csv:7"));
    CHECK(faults[0].rule == "T/1");
    CHECK(pack.empty());
}
