#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace fhir::national {

/// Clave Unica de Establecimientos de Salud: the facility identifier. A clinic that changes hands
/// (SSA to IMB) gets another one.
///
/// Shape:   11 characters: letters of the federal entity (as in the CURP), three letters of the
///          institution, six digits of which the last is a check digit.
/// Errors:  invalid_identifier, `where` = "clues[N]". A wrong check digit is no error.
/// Source:  NOM-024-SSA3-2012 and the DGIS establishment catalogue. The check digit stands in no
///          published document: it was fitted to the catalogue, where it holds for every IMB row
///          and for 97 % of all (the rest are old SSA keys).
class Clues {
public:
    [[nodiscard]] static base::Result<Clues> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::string_view entity() const noexcept
    {
        return std::string_view(text_).substr(0, 2);
    }
    [[nodiscard]] std::string_view institution() const noexcept
    {
        return std::string_view(text_).substr(2, 3);
    }
    [[nodiscard]] bool check_digit_matches() const noexcept;

    friend bool operator==(const Clues&, const Clues&) = default;

private:
    explicit Clues(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace fhir::national
