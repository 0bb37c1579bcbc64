#include "fhir_models/national/federal_entity.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/national/curp_names.hpp"

namespace fhir::national {
namespace {

constexpr std::array kEntities{
    // clang-format off
    //            INEGI letters name                               usual
    FederalEntity{"01", "AS", "AGUASCALIENTES",                  "AGUASCALIENTES"},
    FederalEntity{"02", "BC", "BAJA CALIFORNIA",                 "BAJA CALIFORNIA"},
    FederalEntity{"03", "BS", "BAJA CALIFORNIA SUR",             "BAJA CALIFORNIA SUR"},
    FederalEntity{"04", "CC", "CAMPECHE",                        "CAMPECHE"},
    FederalEntity{"05", "CL", "COAHUILA DE ZARAGOZA",            "COAHUILA"},
    FederalEntity{"06", "CM", "COLIMA",                          "COLIMA"},
    FederalEntity{"07", "CS", "CHIAPAS",                         "CHIAPAS"},
    FederalEntity{"08", "CH", "CHIHUAHUA",                       "CHIHUAHUA"},
    FederalEntity{"09", "DF", "CIUDAD DE MEXICO",                "DISTRITO FEDERAL"},
    FederalEntity{"10", "DG", "DURANGO",                         "DURANGO"},
    FederalEntity{"11", "GT", "GUANAJUATO",                      "GUANAJUATO"},
    FederalEntity{"12", "GR", "GUERRERO",                        "GUERRERO"},
    FederalEntity{"13", "HG", "HIDALGO",                         "HIDALGO"},
    FederalEntity{"14", "JC", "JALISCO",                         "JALISCO"},
    FederalEntity{"15", "MC", "MEXICO",                          "ESTADO DE MEXICO"},
    FederalEntity{"16", "MN", "MICHOACAN DE OCAMPO",             "MICHOACAN"},
    FederalEntity{"17", "MS", "MORELOS",                         "MORELOS"},
    FederalEntity{"18", "NT", "NAYARIT",                         "NAYARIT"},
    FederalEntity{"19", "NL", "NUEVO LEON",                      "NUEVO LEON"},
    FederalEntity{"20", "OC", "OAXACA",                          "OAXACA"},
    FederalEntity{"21", "PL", "PUEBLA",                          "PUEBLA"},
    FederalEntity{"22", "QT", "QUERETARO",                       "QUERETARO DE ARTEAGA"},
    FederalEntity{"23", "QR", "QUINTANA ROO",                    "QUINTANA ROO"},
    FederalEntity{"24", "SP", "SAN LUIS POTOSI",                 "SAN LUIS POTOSI"},
    FederalEntity{"25", "SL", "SINALOA",                         "SINALOA"},
    FederalEntity{"26", "SR", "SONORA",                          "SONORA"},
    FederalEntity{"27", "TC", "TABASCO",                         "TABASCO"},
    FederalEntity{"28", "TS", "TAMAULIPAS",                      "TAMAULIPAS"},
    FederalEntity{"29", "TL", "TLAXCALA",                        "TLAXCALA"},
    FederalEntity{"30", "VZ", "VERACRUZ DE IGNACIO DE LA LLAVE", "VERACRUZ"},
    FederalEntity{"31", "YN", "YUCATAN",                         "YUCATAN"},
    FederalEntity{"32", "ZS", "ZACATECAS",                       "ZACATECAS"},
    // clang-format on
};

template <class Same>
const FederalEntity* find(const Same& same)
{
    const auto row = std::ranges::find_if(kEntities, same);
    return row == kEntities.end() ? nullptr : &*row;
}

}  // namespace

std::span<const FederalEntity> federal_entities() noexcept
{
    return kEntities;
}

const FederalEntity* entity_by_inegi(std::string_view key) noexcept
{
    return find([key](const FederalEntity& row) { return row.inegi == key; });
}

const FederalEntity* entity_by_letters(std::string_view letters) noexcept
{
    return find([letters](const FederalEntity& row) { return row.letters == letters; });
}

const FederalEntity* entity_by_name(std::string_view name)
{
    const auto folded = fold_name(name);
    return find(
        [&folded](const FederalEntity& row) { return row.name == folded || row.usual == folded; });
}

}  // namespace fhir::national
