#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::national {

/// When a row of the minimum dataset asks for its datum.
enum class Condition : std::uint8_t {
    always,
    without_curp,  ///< the Patient has no CURP
    unidentified,  ///< neither CURP nor FOLIO nor row key, and name, birth date or sex is missing
};

/// One row of NOM-024-SSA3-2012, Tabla 1, seen from a FHIR Patient.
///
/// Shape:  `element` is a path below Patient; "extension(URL)" and "identifier(KIND)" pick items of
/// a
///         list, " | " parts ways of saying the same. A primitive with a data-absent-reason counts:
///         the norm itself has codes for "unknown".
struct MinimumDatum {
    std::string_view id;
    std::string_view element;
    Condition condition;
    base::Severity severity;
    std::string_view source;  ///< section of the norm
    std::string_view es;
    std::string_view en;
};

[[nodiscard]] std::span<const MinimumDatum> minimum_dataset() noexcept;

/// What the minimum dataset misses in every Patient of a Bundle, and a Bundle without any.
///
/// Shape:  missing_minimum_data; `path` the FHIR element, `rule` the id of the row.
[[nodiscard]] base::Issues check_minimum_dataset(const r4::Node& bundle);

}  // namespace fhir::national
