#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace fhir::national {

/// Registro Federal de Contribuyentes: the taxpayer identifier.
///
/// Shape:   person: 4 letters, yymmdd, 2 characters of homonymy and a check character, or the 10
///          characters before those; company: 3 letters, yymmdd, 2, 1. Letters A-Z, "&" and N with
///          tilde (UTF-8). The check character is a digit or A.
///          XAXX010101000 (public) and XEXX010101000 (foreigner) name nobody.
/// Errors:  invalid_identifier, `where` = "rfc[N]", N counts characters. A wrong check character
///          is no error.
class Rfc {
public:
    [[nodiscard]] static base::Result<Rfc> parse(std::string_view text);

    [[nodiscard]] static bool is_generic(std::string_view text) noexcept
    {
        return text == "XAXX010101000" || text == "XEXX010101000";
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool is_company() const noexcept;
    /// True also when there is nothing to check: generic, or without homonymy.
    [[nodiscard]] bool check_character_matches() const noexcept;

    friend bool operator==(const Rfc&, const Rfc&) = default;

private:
    explicit Rfc(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace fhir::national
