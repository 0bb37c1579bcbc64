#include "mapping/rules/forms.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mapping::rules;

TEST_CASE("an official name is capital letters, single marks and single blanks", "[rules]")
{
    const std::string name = GENERATE("AL", "MA. TERESA", "NUÑEZ", "PEREZ-LUNA", "D'AMICO", "M. A",
                                      "LOPEZ , LUIS", "PINGU¨INO", "ÜRIOSTEGUI", "LUIS ", "XX");
    CAPTURE(name);

    CHECK(is_official_name(name));
    CHECK(is_official_name(std::string(50, 'A')));
}

TEST_CASE("a name with anything else is refused", "[rules]")
{
    const std::string name = GENERATE("", "A", " ", "LUIS  JOSE", "LUIS--JOSE", "J.-LUIS", "luis",
                                      "JOSÉ", "LUIS1", "LUIS_", "\xff\xff");
    CAPTURE(name);

    CHECK_FALSE(is_official_name(name));
    CHECK_FALSE(is_official_name(std::string(51, 'A')));
}

TEST_CASE("a date is day, month and year of a day that exists", "[rules]")
{
    CHECK(date_from_dmy("29/02/2024") == base::make_date(2024, 2, 29));
    const auto* text = GENERATE("29/02/2023", "31/04/2024", "1/2/2024", "2024-02-01", "01-02-2024",
                                "01/02/24", "aa/02/2024", "");
    CAPTURE(text);
    CHECK_FALSE(date_from_dmy(text));
}

TEST_CASE("a number keeps how many decimals it was written with", "[rules]")
{
    CHECK(decimal_from("70.34")->thousandths == 70340);
    CHECK(decimal_from("70.34")->decimals == 2);
    CHECK(decimal_from("999")->thousandths == 999000);
    const auto* text = GENERATE("", "-1", "1.", ".5", "1.2345", "1,5", "1e3", "1234567890", " 1");
    CAPTURE(text);
    CHECK_FALSE(decimal_from(text));
}
