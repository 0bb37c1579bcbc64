#include "fhir_models/base/text.hpp"

#include <catch2/catch.hpp>

TEST_CASE("windows-1252 goes to UTF-8 and back, its five holes are no characters", "[base]")
{
    CHECK(base::windows1252_to_utf8("MU\xD1OZ \x80") == "MUÑOZ €");
    CHECK(base::utf8_to_windows1252("MUÑOZ €") == "MU\xD1OZ \x80");
    for (const char hole : {'\x81', '\x8d', '\x8f', '\x90', '\x9d'}) {
        CHECK_FALSE(base::windows1252_to_utf8(std::string(1, hole)));
    }
    CHECK_FALSE(base::utf8_to_windows1252("漢"));
    CHECK(base::latin1_to_utf8("\xE9") == "é");
}

TEST_CASE("invalid UTF-8 is found at its first wrong byte", "[base]")
{
    CHECK(base::find_invalid_utf8("aé€😀") == std::string_view::npos);
    CHECK(base::find_invalid_utf8("ab\xC0\x80") == 2);         // overlong
    CHECK(base::find_invalid_utf8("\xED\xA0\x80") == 0);       // surrogate
    CHECK(base::find_invalid_utf8("a\xF4\x90\x80\x80") == 1);  // beyond U+10FFFF
    CHECK(base::find_invalid_utf8("abc\xE2\x82") == 3);        // cut off
}

TEST_CASE("splitting keeps empty parts", "[base]")
{
    CHECK(base::split("a||b", '|') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(base::split("", '|').size() == 1);
    CHECK(base::trim(" \t a b \r\n") == "a b");
    CHECK(base::trim(" ").empty());
    CHECK_FALSE(base::to_size("12a"));
    CHECK_FALSE(base::to_size("99999999999999999999999"));
    CHECK(base::to_size("0042") == 42);
}
