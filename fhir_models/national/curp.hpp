#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"

namespace fhir::national {

/// Clave Unica de Registro de Poblacion: the national person identifier. Checked, never assigned.
///
/// Shape:   18 ASCII characters AAAADDDDDDSEECCCHV: four letters of the name, birth date as
///          yymmdd, sex (H, M or X), entity of birth (two letters), three consonants of the name,
///          one mark (digit: born to 1999, letter: from 2000), one check digit. Upper case.
/// Errors:  invalid_identifier, with `where` = "curp[N]", N the 1-based position of the first
///          wrong character. A wrong check digit is no error: the official sample files of the
///          ministry fail it (see check_digit_matches).
/// Source:  Instructivo normativo para la asignacion de la CURP (DOF 18-06-2018, 18-10-2021).
class Curp {
public:
    [[nodiscard]] static base::Result<Curp> parse(std::string_view text);

    /// What the GIIS guides write when there is no CURP. It names nobody and is no Curp.
    [[nodiscard]] static bool is_generic(std::string_view text) noexcept
    {
        return text == "XXXX999999XXXXXX99";
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] base::Date birth_date() const noexcept { return birth_date_; }
    [[nodiscard]] char sex() const noexcept { return text_[10]; }  ///< H, M or X (non-binary)
    /// Letters of the entity of birth, a row of federal_entities() or kBornAbroad.
    [[nodiscard]] std::string_view entity() const noexcept
    {
        return std::string_view(text_).substr(11, 2);
    }
    [[nodiscard]] bool check_digit_matches() const noexcept;

    friend bool operator==(const Curp& a, const Curp& b) { return a.text_ == b.text_; }

private:
    Curp(std::string_view text, base::Date birth_date) : text_(text), birth_date_(birth_date) {}
    std::string text_;
    base::Date birth_date_;
};

}  // namespace fhir::national
