#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace fhir::national {

/// Cedula profesional: the licence number of a health professional (SEP).
///
/// Shape:   6 to 14 characters, digits and upper-case letters with N tilde (UTF-8); shorter numbers
///          are padded with zeros on the left by whoever writes them. It has no check digit.
/// Errors:  invalid_identifier, `where` = "cedula[N]", N counts characters.
/// Source:  GIIS-B013 and GIIS-B002, variable cedulaResponsable; an official sample has a letter.
class Cedula {
public:
    [[nodiscard]] static base::Result<Cedula> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    friend bool operator==(const Cedula&, const Cedula&) = default;

private:
    explicit Cedula(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace fhir::national
