#include <catch2/catch.hpp>
#include <tuple>

#include "fhir_models/national/cedula.hpp"
#include "fhir_models/national/clues.hpp"
#include "fhir_models/national/nss.hpp"
#include "fhir_models/national/rfc.hpp"

using namespace fhir::national;

TEST_CASE("an NSS has eleven digits, the last by Luhn", "[nss]")
{
    CHECK(Nss::parse("12345678903")->check_digit_matches());
    CHECK(Nss::parse("92919084431")->check_digit_matches());
    CHECK_FALSE(Nss::parse("12345678904")->check_digit_matches());
}

TEST_CASE("what is no NSS is refused at its first wrong character", "[nss]")
{
    const auto [text, where] = GENERATE(table<std::string_view, std::string>({
        {"", "nss[1]"},
        {"1234567890", "nss[11]"},
        {"123456789O3", "nss[10]"},
        {"123456789031", "nss[12]"},
        {"00000000000", "nss[1]"},
    }));
    CAPTURE(text);

    REQUIRE_FALSE(Nss::parse(text));
    CHECK(Nss::parse(text).error().where == where);
}

TEST_CASE("a CLUES tells entity and institution", "[clues]")
{
    const auto clues = Clues::parse("DFIMB002003");

    REQUIRE(clues);
    CHECK(clues->entity() == "DF");
    CHECK(clues->institution() == "IMB");
    CHECK(clues->check_digit_matches());
}

TEST_CASE("an inherited CLUES with another check digit is still one", "[clues]")
{
    const auto clues = Clues::parse("QTSSA003451");

    REQUIRE(clues);
    CHECK_FALSE(clues->check_digit_matches());
}

TEST_CASE("what is no CLUES is refused at its first wrong character", "[clues]")
{
    const auto [text, where] = GENERATE(table<std::string_view, std::string>({
        {"", "clues[1]"},
        {"D", "clues[2]"},
        {"XXSSA000001", "clues[1]"},
        {"NESSA000001", "clues[1]"},
        {"DFss1000001", "clues[3]"},
        {"DFIMB00200X", "clues[11]"},
        {"DFIMB00200", "clues[11]"},
        {"DFIMB0020033", "clues[12]"},
    }));
    CAPTURE(text);

    REQUIRE_FALSE(Clues::parse(text));
    CHECK(Clues::parse(text).error().where == where);
}

TEST_CASE("an RFC of a person or a company carries its check character", "[rfc]")
{
    const auto [text, matches, company] = GENERATE(table<std::string_view, bool, bool>({
        {"GODE561231GR8", true, false},
        {"SALC7304253S0", true, false},
        {"MAB9307148T4", true, true},
        {"RET130705MD5", true, true},
        {"VACE460910SX6", false, false},
        {"COMG600703", true, false},
        {"XAXX010101000", true, false},
        {"XEXX010101000", true, false},
        {"\xC3\x91"
         "A&E560101AA1",
         false, false},
    }));
    CAPTURE(text);

    const auto rfc = Rfc::parse(text);

    REQUIRE(rfc);
    CHECK(rfc->check_character_matches() == matches);
    CHECK(rfc->is_company() == company);
}

TEST_CASE("what is no RFC is refused at its first wrong character", "[rfc]")
{
    const auto [text, where] = GENERATE(table<std::string_view, std::string>({
        {"", "rfc[1]"},
        {"GODE561331GR8", "rfc[10]"},
        {"GODE560230GR8", "rfc[10]"},
        {"gode561231GR8", "rfc[1]"},
        {"GODE561231GRB", "rfc[13]"},
        {"GODE561231GR", "rfc[4]"},
        {"GODE561231GR88", "rfc[14]"},
    }));
    CAPTURE(text);

    REQUIRE_FALSE(Rfc::parse(text));
    CHECK(Rfc::parse(text).error().where == where);
}

TEST_CASE("a cedula has six to fourteen characters", "[cedula]")
{
    CHECK(Cedula::parse("26103628"));
    CHECK(
        Cedula::parse("27091026\xC3\x91"
                      "03"));
    CHECK(Cedula::parse("12345").error().where == "cedula[6]");
    CHECK(Cedula::parse("123-456").error().where == "cedula[4]");
    CHECK(Cedula::parse("123456789012345").error().where == "cedula[15]");
}
