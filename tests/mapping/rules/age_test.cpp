#include "mapping/rules/age.hpp"

#include <catch2/catch.hpp>
#include <tuple>

using mapping::rules::AgeRange;

TEST_CASE("an age is counted in completed units of each bound", "[rules]")
{
    const auto [range, birth, on, inside] =
        GENERATE(table<std::string_view, std::string_view, std::string_view, bool>({
            // clang-format off
            {"009A-059A", "2015-10-15", "2024-10-15", true},
            {"009A-059A", "2015-10-16", "2024-10-15", false},
            {"009A-059A", "1964-10-16", "2024-10-15", true},
            {"009A-059A", "1964-10-15", "2024-10-15", false},
            {"-004A",     "2019-10-16", "2024-10-15", true},
            {"-004A",     "2019-10-15", "2024-10-15", false},
            {"016M-004A", "2023-06-15", "2024-10-15", true},
            {"016M-004A", "2023-06-16", "2024-10-15", false},
            {"-028D",     "2024-02-29", "2024-03-28", true},
            {"-028D",     "2024-02-28", "2024-03-28", false},
            {"!060A-",    "1964-10-16", "2024-10-15", true},
            {"!060A-",    "1964-10-15", "2024-10-15", false},
            // clang-format on
        }));
    CAPTURE(range, birth, on);

    const auto parsed = AgeRange::parse(range);

    REQUIRE(parsed);
    CHECK(parsed->contains(*base::date_from_iso(birth), *base::date_from_iso(on)) == inside);
}

TEST_CASE("what is no range of ages is none", "[rules]")
{
    const auto* text = GENERATE("", "-", "!", "9", "9A", "9X-", "A-", "-9", "9A-x", "1234A-");
    CAPTURE(text);

    CHECK_FALSE(AgeRange::parse(text));
}
