#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fhir_models/base/time.hpp"

namespace mapping::rules {

/// A name as the GIIS guides ask for it: 2 to 50 characters, A-Z, N with tilde and vowels with
/// diaeresis, the marks - , . / ' never two in a row, single blanks inside. Blanks at the ends are
/// left out first, as the guides say; that they were sent is another rule.
/// Source:  GIIS-B015-04-11, variables 4 to 6 and 10 to 12.
[[nodiscard]] bool is_official_name(std::string_view text) noexcept;

/// "dd/mm/aaaa" of a day that exists.
[[nodiscard]] std::optional<base::Date> date_from_dmy(std::string_view text) noexcept;

/// A number without sign in thousandths, with how many decimals it was written.
struct Decimal {
    std::int64_t thousandths = 0;
    int decimals = 0;
};
/// Errors: nothing when it is no number, has more than three decimals or nine digits before them.
[[nodiscard]] std::optional<Decimal> decimal_from(std::string_view text) noexcept;

}  // namespace mapping::rules
