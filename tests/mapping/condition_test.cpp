#include <catch2/catch.hpp>
#include <string>

#include "mapping/condition.hpp"
#include "mapping/hl7v2/reader.hpp"

namespace {

using mapping::Condition;

/// Every segment of the message, the first of its name.
struct FirstOfName final : mapping::Neighbours {
    explicit FirstOfName(const mapping::SourceTree& source) : tree(source) {}
    [[nodiscard]] std::optional<std::uint32_t> nearest(std::uint32_t /*segment*/,
                                                       std::array<char, 3> name) const override
    {
        for (std::uint32_t i = 0; i < tree.segments.size(); ++i) {
            if (tree.segments[i].name == name) {
                return i;
            }
        }
        return std::nullopt;
    }
    const mapping::SourceTree& tree;
};

constexpr std::string_view kMessage =
    "MSH|^~\\&|LAB|HG|||20261101||ORU^R01|1|P|2.5\r"
    "PID|1||A1^^^HG~A2^^^IMSS||PRUEBA^ANA||19800102|F\r"
    "OBX|1|SN|718-7^Hb^LN||>^12^-^14|g/dL~mg/dL|||||F\r"
    "OBX|2|NM|2345-7^Glu^LN||5~6~7|mg/dL|||||\r";

bool holds(std::string_view text, std::uint32_t segment)
{
    const auto bounds = mapping::hl7v2::find_messages(kMessage);
    REQUIRE(bounds);
    const auto tree = mapping::hl7v2::read(kMessage, bounds->front(), {});
    REQUIRE(tree);
    const auto condition = Condition::parse(text, std::nullopt);
    INFO(text);
    REQUIRE(condition);
    const FirstOfName neighbours(*tree);
    return condition->holds(
        mapping::Scope{*tree, neighbours, segment, tree->whole(segment), false, {}});
}

}  // namespace

TEST_CASE("a condition says what the words of the guide mean", "[condition]")
{
    const auto [text, segment, expected] = GENERATE(table<std::string_view, std::uint32_t, bool>({
        {"IF PID-8 VALUED", 1, true},
        {"IF PID-9 NOT VALUED", 1, true},
        {"IF PID-9 IS NOT VALUED", 1, true},
        {"IF PID-9 AND PID-10 NOT VALUED", 1, true},
        {"IF PID-8 AND PID-10 NOT VALUED", 1, false},
        {"If PID-9 OR PID-8 VALUED", 1, true},
        {"IF PID-7 LENGTH GREATER THAN 8", 1, false},
        {"IF PID-7 LENGTH GREATER THAN 7", 1, true},
        {"IF PID-3 LST.COUNT GREATER THAN 1", 1, true},
        {"IF PID-3 COUNT>1", 1, true},
        {"IF PID-3 COUNT=1", 1, false},
        {"IF PID-8 IN (\"M\", \"F\")", 1, true},
        {"IF PID-8 IS IN (\"M\")", 1, false},
        {"IF PID-8 NOT IN (\"M\")", 1, true},
        {"IF PID-8=\"F\"", 1, true},
        {"IF PID-8 IS \"F\" AND NOT \"M\"", 1, true},
        {"IF (OBX-2 EQUALS \"SN\"  AND OBX-5.1  EQUALS \"<>\"", 2, false},
        {"IF OBX-2 EQUALS \"SN\" AND OBX-5.1  NOT EQUALS \"<>\" AND OBX-5.3 EQUALS \"-\"", 2, true},
        {"IF (OBX-5 LST.count LESS THAN OR EQUALS 1 OR OBX-2 IS \"NA\") AND OBX-29 NOT IN "
         "(\"QST\")",
         3, false},
        {"IF OBX-5 LST.count GREATER THAN 1 AND OBX-2 IS NOT \"NA\"", 3, true},
        {"IF ORC VALUED", 3, false},
        {"IF PID VALUED", 3, true},
        {"IF PID-5.1 DOES NOT EXIST AND IF PID-5.2 DOES NOT EXIST", 1, false},
        {"IF PID-8 IS VALUED NOT EQUAL PID-7", 1, true},
        {"PID-3.1 SHAPED \"A9\"", 1, true},
        {"PID-3[2].1 EQUALS \"A2\"", 1, true},
        {"NOT (PID-8 EQUALS \"F\" OR PID-8 EQUALS \"M\")", 1, false},
        {"", 1, true},
    }));
    CAPTURE(text);

    CHECK(holds(text, segment) == expected);
}

TEST_CASE("what is no condition is refused with the character where it stops", "[condition]")
{
    const auto [text, where] = GENERATE(table<std::string_view, std::string>({
        {"PID-8 EQUALS", "character 13"},
        {"PID-8 EQUALS \"F", "character 14"},
        {"PID-8 ; drop", "character 7"},
        {"PID-8 IN (\"F\"", "character 14"},
        {"VALUED", "character 1"},
        {"PID-8 VALUED)", "character 13"},
        {"PID-0 VALUED", "character 1"},
    }));
    CAPTURE(text);

    const auto condition = Condition::parse(text, std::nullopt);

    REQUIRE_FALSE(condition);
    CHECK(condition.error().where == where);
}

TEST_CASE("a thousand open brackets are refused, not followed", "[condition]")
{
    const std::string text = std::string(1000, '(') + "PID-8 VALUED";

    CHECK_FALSE(Condition::parse(text, std::nullopt));
}
