#pragma once

#include <span>
#include <string_view>

namespace fhir::national {

/// One of the 32 federal entities.
struct FederalEntity {
    std::string_view inegi;    ///< INEGI key, "01" to "32"
    std::string_view letters;  ///< two letters of CURP and CLUES
    std::string_view name;     ///< official name, upper case without accents
    std::string_view usual;    ///< the name people use; equal to `name` for most
};

/// The letters of a CURP whose holder was born abroad.
///
/// A trap: the ministry's catalogue ENTIDAD uses the same two letters for its key 00 ("no
/// especificado"). Never join the two tables on them; they are in no row of federal_entities().
inline constexpr std::string_view kBornAbroad = "NE";

/// Source: INEGI, Marco Geoestadistico; DGIS catalogue ENTIDAD; the letters of all 32 agree with
/// the CLUES of the DGIS establishment catalogue.
[[nodiscard]] std::span<const FederalEntity> federal_entities() noexcept;

/// Each gives nullptr when there is no such entity ("NE", "00", "88" and "99" included).
[[nodiscard]] const FederalEntity* entity_by_inegi(std::string_view key) noexcept;
[[nodiscard]] const FederalEntity* entity_by_letters(std::string_view letters) noexcept;
/// Case and accents do not matter: "Ciudad de México", "VERACRUZ".
[[nodiscard]] const FederalEntity* entity_by_name(std::string_view name);

}  // namespace fhir::national
