#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fhir_models/base/time.hpp"

namespace fhir::r4::fhirpath {

/// How much of a date or time was written. Seconds and their fraction are one.
enum class Precision : std::uint8_t { none, year, month, day, hour, minute, second, millisecond };

enum class TemporalKind : std::uint8_t { date, date_time, time };

/// A date, dateTime or time with the precision it was written in.
struct Temporal {
    TemporalKind kind = TemporalKind::date;
    Precision precision = Precision::none;
    bool has_zone = false;
    std::int16_t zone = 0;  ///< minutes east of UTC
    std::int16_t year = 1;
    std::int8_t month = 1;
    std::int8_t day = 1;
    std::int8_t hour = 0;
    std::int8_t minute = 0;
    std::int32_t millisecond = 0;  ///< of the minute

    /// "2015", "2015-02", "2015-02-04". Nothing when it is none or the day does not exist.
    [[nodiscard]] static std::optional<Temporal> parse_date(std::string_view text) noexcept;
    /// A date, or a date and "T14", "T14:34", "T14:34:28.123" with an optional zone.
    [[nodiscard]] static std::optional<Temporal> parse_date_time(std::string_view text) noexcept;
    /// "14", "14:34", "14:34:28.123".
    [[nodiscard]] static std::optional<Temporal> parse_time(std::string_view text) noexcept;
    [[nodiscard]] static Temporal at(base::Instant instant, TemporalKind kind) noexcept;
};

[[nodiscard]] std::string to_text(const Temporal& value);

/// Negative, 0 or positive; nothing when the precisions or zones leave it open.
[[nodiscard]] std::optional<int> compare(const Temporal& a, const Temporal& b) noexcept;
/// The same moment in the same precision.
[[nodiscard]] bool equivalent(const Temporal& a, const Temporal& b) noexcept;

enum class CalendarUnit : std::uint8_t {
    year,
    month,
    week,
    day,
    hour,
    minute,
    second,
    millisecond
};
/// `count` units later; a day beyond the end of its month is the last one. Nothing when the year
/// leaves 1 to 9999.
[[nodiscard]] std::optional<Temporal> plus(const Temporal& value, std::int64_t count,
                                           CalendarUnit unit) noexcept;

/// Digits of the value: 4 for a year, 17 for a dateTime with milliseconds, 9 for such a time.
[[nodiscard]] int precision_digits(const Temporal& value) noexcept;
/// The earliest or latest value it may stand for, with that many digits.
[[nodiscard]] std::optional<Temporal> boundary(const Temporal& value, bool high,
                                               int digits) noexcept;

}  // namespace fhir::r4::fhirpath
