#include "fhir_models/national/curp_names.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/federal_entity.hpp"
#include "tests/support/files.hpp"

using namespace fhir::national;

namespace {

/// A person who does not exist, and the letters the rules give.
struct Example {
    std::string_view why;
    std::string_view given;
    std::string_view first;
    std::string_view second;
    std::string_view letters;
};

std::vector<base::Errc> codes(const base::Issues& issues)
{
    std::vector<base::Errc> found;
    for (const auto& issue : issues) {
        found.push_back(issue.code);
    }
    return found;
}

}  // namespace

TEST_CASE("the letters of a CURP follow the rules of the register", "[curp]")
{
    const auto one = GENERATE(values<Example>({
        // clang-format off
        {"plain names",                          "Elena",                "Quiroga",      "Zavala",   "QUZERVL"},
        {"first letter N with tilde",            "Aurora",               "Ñañez",        "Peña",     "XAPAXXR"},
        {"the same, decomposed",                 "Aurora",               "N\xCC\x83" "an\xCC\x83" "ez", "Pen\xCC\x83" "a", "XAPAXXR"},
        {"accents do not count",                 "Sofía",                "Güemes",       "Bárcena",  "GUBSMRF"},
        {"a leading MARIA is left out",          "María Fernanda",       "Solís",        "Treviño",  "SOTFLRR"},
        {"a leading JOSE is left out",           "José Alberto",         "Cano",         "Rivas",    "CARANVL"},
        {"only the first is left out",           "José María",           "Cano",         "Rivas",    "CARMNVR"},
        {"MARIA alone counts",                   "María",                "Solís",        "Treviño",  "SOTMLRR"},
        {"abbreviated MA.",                      "Ma. Guadalupe",        "Torres",       "Villa",    "TOVGRLD"},
        {"abbreviated J.",                       "J. Joel",              "Peralta",      "Muriel",   "PEMJRRL"},
        {"particles after MARIA",                "María de los Ángeles", "Rosas",        "Luna",     "ROLASNN"},
        {"particles in surnames",                "Julia",                "De la Cruz",   "Del Río",  "CURJRXL"},
        {"foreign particles",                    "Pedro",                "Van der Meer", "Ochoa",    "MEOPRCD"},
        {"compound surname: its first word",     "Rita",                 "Montes de Oca","Sáenz",    "MOSRNNT"},
        {"a surname that is only a particle",    "Ana",                  "Le",           "Mac",      "LEMAXCN"},
        {"no second surname",                    "Andrea",               "Pérez",        "",         "PEXARXN"},
        {"second surname unknown as guides say", "Andrea",               "Pérez",        "XX",       "PEXARXN"},
        {"nothing inside",                       "Bruno",                "Ek",           "Oo",       "EXOBKXR"},
        {"apostrophe",                           "Sofía",                "O'Hara",       "Güemes",   "OXGSXMF"},
        {"diagonal",                             "Hugo",                 "D/Amico",      "López",    "DXLHXPG"},
        {"blanks and case",                      "  elisa ",             "peralta",      " nava",    "PENERVL"},
        // clang-format on
    }));
    CAPTURE(one.why);

    CHECK(curp_letters(one.given, one.first, one.second) == one.letters);
}

TEST_CASE("without a given name or a first surname there are no letters", "[curp]")
{
    CHECK(curp_letters("", "Quiroga", "Zavala").empty());
    CHECK(curp_letters("Elena", "", "Zavala").empty());
    CHECK(curp_letters("Elena", "XX", "Zavala").empty());
}

TEST_CASE("an inconvenient word loses its vowel", "[curp]")
{
    CHECK(censor("PENERVL") == "PXNERVL");
    CHECK(censor("VACARSN") == "VXCARSN");
    CHECK(censor("QUZERVL") == "QUZERVL");
}

TEST_CASE("a CURP that fits the person has nothing to say", "[curp]")
{
    const auto curp = Curp::parse("SOTF910520MNLLRR00");
    PersonFacts facts{.given = "María Fernanda",
                      .first_surname = "Solís",
                      .second_surname = "Treviño",
                      .family = {},
                      .birth_date = "1991-05-20",
                      .sex = 'M',
                      .entity = "NL"};

    CHECK(consistency(*curp, facts).empty());

    facts.birth_date = "1991-05";
    facts.entity = {};
    facts.sex = '\0';
    CHECK(consistency(*curp, facts).empty());
}

TEST_CASE("another birth date, sex or entity is an error, another name a warning", "[curp]")
{
    const auto curp = Curp::parse("SOTF910520MNLLRR00");
    const PersonFacts facts{.given = "Gloria",
                            .first_surname = "Solís",
                            .second_surname = "Treviño",
                            .family = {},
                            .birth_date = "1991-05-21",
                            .sex = 'H',
                            .entity = "NE"};

    const auto issues = consistency(*curp, facts);

    REQUIRE(issues.size() == 4);
    const std::vector<std::string> places{issues[0].where, issues[1].where, issues[2].where,
                                          issues[3].where};
    CHECK(places == std::vector<std::string>{"curp[5]", "curp[11]", "curp[12]", "curp[4]"});
    CHECK(issues[0].severity == base::Severity::error);
    CHECK(issues[1].severity == base::Severity::error);
    CHECK(issues[2].severity == base::Severity::error);
    CHECK(issues[3].severity == base::Severity::warning);
    CHECK(issues[3].code == base::Errc::identity_contradiction);
}

TEST_CASE("a year alone contradicts only another year", "[curp]")
{
    const auto curp = Curp::parse("SOTF910520MNLLRR00");

    CHECK(consistency(*curp, {.birth_date = "1991"}).empty());
    CHECK(codes(consistency(*curp, {.birth_date = "1992"})) ==
          std::vector{base::Errc::identity_contradiction});
}

TEST_CASE("surnames that came unparted fit when one way of parting them fits", "[curp]")
{
    const auto curp = Curp::parse("CURJ791102MVZRXL03");

    CHECK(consistency(*curp, {.given = "Julia", .family = "De la Cruz del Río"}).empty());
    CHECK(consistency(*curp, {.given = "Julia", .family = "Cruz Río"}).empty());
    CHECK_FALSE(consistency(*curp, {.given = "Julia", .family = "Cruz Vega"}).empty());
}

TEST_CASE("an inconvenient word left as it was is accepted with a warning", "[curp]")
{
    const PersonFacts facts{.given = "Elisa", .first_surname = "Peralta", .second_surname = "Nava"};

    CHECK(consistency(*Curp::parse("PXNE720915MDFRVL00"), facts).empty());
    const auto issues = consistency(*Curp::parse("PENE720915MDFRVL09"), facts);

    REQUIRE_FALSE(issues.empty());
    CHECK(issues[0].code == base::Errc::rule_violated);
    CHECK(issues[0].severity == base::Severity::warning);
    CHECK(issues[0].where == "curp[2]");
}

TEST_CASE("a wrong check digit warns", "[curp]")
{
    const auto issues = consistency(*Curp::parse("SOTF910520MNLLRR01"), {});

    REQUIRE(issues.size() == 1);
    CHECK(issues[0].code == base::Errc::check_digit);
    CHECK(issues[0].severity == base::Severity::warning);
    CHECK(issues[0].where == "curp[18]");
}

TEST_CASE("every invented person of the vectors agrees with the CURP computed by rule", "[curp]")
{
    const auto path = support::shared("mexico/vectors/curp_sinteticas.csv");
    if (!path) {
        return;
    }
    std::istringstream lines(support::read_file(*path));
    std::size_t people = 0;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        const auto cells = base::split(line, ',');
        REQUIRE(cells.size() > 7);
        CAPTURE(cells[9]);
        const auto curp = Curp::parse(cells[7]);
        REQUIRE(curp);
        CHECK(consistency(*curp, {.given = cells[0],
                                  .first_surname = cells[1],
                                  .second_surname = cells[2],
                                  .family = {},
                                  .birth_date = cells[3],
                                  .sex = cells[4][0],
                                  .entity = cells[5]})
                  .empty());
        ++people;
    }
    CHECK(people == 28);
}
