#include "fhir_models/national/federal_entity.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/curp_names.hpp"
#include "tests/support/files.hpp"

using namespace fhir::national;

TEST_CASE("an entity is found by INEGI key, CURP letters and name", "[entity]")
{
    CHECK(entity_by_inegi("20")->letters == "OC");
    CHECK(entity_by_letters("OC")->inegi == "20");
    CHECK(entity_by_name("Michoacán")->inegi == "16");
    CHECK(entity_by_name("veracruz de ignacio de la llave")->letters == "VZ");
    CHECK(entity_by_name("Distrito Federal") == entity_by_name("Ciudad de México"));
}

TEST_CASE("NE is the letter pair of those born abroad and no entity", "[entity]")
{
    CHECK(entity_by_letters(kBornAbroad) == nullptr);
    CHECK(entity_by_inegi("00") == nullptr);
    CHECK(entity_by_inegi("88") == nullptr);
    CHECK(entity_by_name("") == nullptr);
}

TEST_CASE("the table is the catalogue of the ministry without its three keys for none", "[entity]")
{
    const auto path = support::shared("mexico/catalogs/entidades_federativas.csv");
    if (!path) {
        return;
    }
    std::istringstream lines(support::read_file(*path));
    std::string line;
    std::getline(lines, line);
    std::size_t rows = 0;
    while (std::getline(lines, line)) {
        const auto cells = base::split(base::trim(line), ',');
        if (cells[0] == "00" || cells[0] == "88" || cells[0] == "99") {
            continue;
        }
        CAPTURE(line);
        const auto* row = entity_by_inegi(cells[0]);
        REQUIRE(row != nullptr);
        CHECK(row->name == fold_name(cells[1]));
        CHECK(row->letters == cells[2]);
        ++rows;
    }
    CHECK(rows == federal_entities().size());
}
