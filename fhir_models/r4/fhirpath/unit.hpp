#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fhir_models/r4/fhirpath/decimal.hpp"
#include "fhir_models/r4/fhirpath/temporal.hpp"

namespace fhir::r4::fhirpath {

/// What a UCUM expression measures: how many of the base units, and of which.
struct Unit {
    Decimal factor = Decimal::of(1);
    std::array<std::int8_t, 4> powers{};  ///< of metre, gram, second, mole

    [[nodiscard]] bool measures_as(const Unit& other) const noexcept
    {
        return powers == other.powers;
    }
};

/// "mg", "m2", "g/m", "[lb_av]", "cm.m": the metric and customary units that records compare.
/// Nothing for units outside the table: they equal themselves alone.
///
/// Source:  UCUM 2.1, tables of units and prefixes.
[[nodiscard]] std::optional<Unit> parse_unit(std::string_view text);

/// The calendar unit of a word ("days") or of a definite UCUM code ("d").
[[nodiscard]] std::optional<CalendarUnit> calendar_unit(std::string_view text) noexcept;
/// The UCUM code of a calendar word; a word of months and years stays itself, they are no definite
/// spans.
[[nodiscard]] std::string_view unit_of_word(std::string_view word) noexcept;

}  // namespace fhir::r4::fhirpath
