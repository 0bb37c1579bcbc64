#pragma once

#include <string_view>

namespace fhir::r4 {

/// The forms of date, dateTime, instant and time; days exist, seconds may be 60, years begin at 1.
///
/// Source:  R4 datatypes.html, "Primitive Types".
[[nodiscard]] bool is_date(std::string_view text) noexcept;
[[nodiscard]] bool is_date_time(std::string_view text) noexcept;
[[nodiscard]] bool is_instant(std::string_view text) noexcept;
[[nodiscard]] bool is_time(std::string_view text) noexcept;

}  // namespace fhir::r4
