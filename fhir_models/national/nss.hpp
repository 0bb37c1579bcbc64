#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace fhir::national {

/// Numero de Seguridad Social (IMSS). It belongs to the insured and is shared by the relatives:
/// never match a person on it alone.
///
/// Shape:   11 digits: subdelegation, year of registration, year of birth (97: unknown), number,
///          check digit (Luhn). Not all zeros, which Luhn would take.
/// Errors:  invalid_identifier, `where` = "nss[N]". A wrong check digit is no error.
class Nss {
public:
    [[nodiscard]] static base::Result<Nss> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool check_digit_matches() const noexcept;

    friend bool operator==(const Nss&, const Nss&) = default;

private:
    explicit Nss(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace fhir::national
