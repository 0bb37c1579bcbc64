#include "fhir_models/national/curp.hpp"

#include <catch2/catch.hpp>
#include <tuple>

using fhir::national::Curp;

TEST_CASE("a CURP tells birth date, sex and entity of birth", "[curp]")
{
    const auto curp = Curp::parse("RIRN260501HDFXXXA2");

    REQUIRE(curp);
    CHECK(base::to_iso(curp->birth_date()) == "2026-05-01");
    CHECK(curp->sex() == 'H');
    CHECK(curp->entity() == "DF");
    CHECK(curp->check_digit_matches());
}

TEST_CASE("position 17 tells the century: digits to 1999, letters from 2000", "[curp]")
{
    CHECK(base::to_iso(Curp::parse("IAOR991231HJCBLD01")->birth_date()) == "1999-12-31");
    CHECK(base::to_iso(Curp::parse("IAOR000101HJCBLDA7")->birth_date()) == "2000-01-01");
    CHECK(base::to_iso(Curp::parse("IAOR000101HJCBLD07")->birth_date()) == "1900-01-01");
}

TEST_CASE("a 29 February is refused only in a century that lacks it", "[curp]")
{
    CHECK(Curp::parse("MUXT680229HCSXNM00"));
    CHECK(Curp::parse("MUXT000229HCSXNMA0"));
    CHECK(Curp::parse("MUXT000229HCSXNM00").error().where == "curp[10]");
}

TEST_CASE("a non-binary person and one born abroad have a CURP", "[curp]")
{
    CHECK(Curp::parse("DUMA980615XDFRZL06")->sex() == 'X');
    CHECK(Curp::parse("WULC890120HNEXXH05")->entity() == "NE");
}

TEST_CASE("a wrong CURP is refused at its first wrong character", "[curp]")
{
    const auto [text, where, why] =
        GENERATE(table<std::string_view, std::string, std::string_view>({
            // clang-format off
            {"", "curp[1]", "empty"},
            {"1UZE840315MDFRVL01", "curp[1]", "digit among the letters"},
            {"QBZE840315MDFRVL01", "curp[2]", "a consonant where a vowel stands"},
            {"Q\xC3\x91ZE840315MDFRVL01", "curp[2]", "no letter of the alphabet"},
            {"QUze840315MDFRVL01", "curp[3]", "lower case"},
            {"QUZE84O315MDFRVL01", "curp[7]", "letter O in the date"},
            {"QUZE841315MDFRVL01", "curp[8]", "month 13"},
            {"QUZE840015MDFRVL01", "curp[8]", "month 00"},
            {"QUZE840345MDFRVL01", "curp[9]", "day 45"},
            {"QUZE840230MDFRVL01", "curp[10]", "30 February"},
            {"QUZE840315FDFRVL01", "curp[11]", "F is no sex mark"},
            {"QUZE840315MEFRVL01", "curp[12]", "no entity starts with E"},
            {"QUZE840315MDDRVL01", "curp[13]", "DD is no entity"},
            {"QUZE840315MDFRAL01", "curp[15]", "a vowel among the consonants"},
            {"QUZE840315MDFRVL-1", "curp[17]", "no mark"},
            {"QUZE840315MDFRVL0A", "curp[18]", "check digit is no digit"},
            {"QUZE840315MDFRVL0", "curp[18]", "one character short"},
            {"QUZE840315MDFRVL010", "curp[19]", "one character too many"},
            {"XXXX999999XXXXXX99", "curp[7]", "the generic CURP names nobody"},
            // clang-format on
        }));
    CAPTURE(text, why);

    const auto curp = Curp::parse(text);

    REQUIRE_FALSE(curp);
    CHECK(curp.error().code == base::Errc::invalid_identifier);
    CHECK(curp.error().where == where);
    CHECK(curp.error().expected.es != curp.error().expected.en);
}

TEST_CASE("a wrong check digit is told, and the CURP is still one", "[curp]")
{
    const auto curp = Curp::parse("QUZE840315MDFRVL02");

    REQUIRE(curp);
    CHECK_FALSE(curp->check_digit_matches());
}

TEST_CASE("published CURPs have the check digit of the algorithm", "[curp]")
{
    const auto* text = GENERATE("BOXW310820HNERXN09", "COME721110MVZNRR03", "GARS700923HSPLXL06",
                                "HELO990501HVZRPN09", "MASI050805MVZRLRA8", "TEAM470622HVZZPR07");
    CAPTURE(text);

    const auto curp = Curp::parse(text);

    REQUIRE(curp);
    CHECK(curp->check_digit_matches());
}

TEST_CASE("only the eighteen characters of the guides are the generic CURP", "[curp]")
{
    CHECK(Curp::is_generic("XXXX999999XXXXXX99"));
    CHECK_FALSE(Curp::is_generic("XXXX999999XXXXXX9"));
    CHECK_FALSE(Curp::is_generic("xxxx999999xxxxxx99"));
    CHECK_FALSE(Curp::is_generic(""));
}
