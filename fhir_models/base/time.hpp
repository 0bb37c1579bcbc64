#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// A moment: microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t microseconds = 0;

    friend auto operator<=>(const Instant&, const Instant&) = default;
};

[[nodiscard]] Instant from_seconds(std::int64_t seconds) noexcept;
[[nodiscard]] std::int64_t to_seconds(Instant instant) noexcept;

/// RFC 3339 in UTC with milliseconds: "2026-11-21T01:30:30.000Z".
[[nodiscard]] std::string to_rfc3339(Instant instant);
/// Errors: nothing when the text is no RFC 3339 date-time of a real day.
[[nodiscard]] std::optional<Instant> from_rfc3339(std::string_view text);

/// A day of the Gregorian calendar that exists.
struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;

    friend auto operator<=>(const Date&, const Date&) = default;
};

/// Errors: nothing when the day does not exist.
[[nodiscard]] std::optional<Date> make_date(int year, int month, int day) noexcept;
[[nodiscard]] std::optional<Date> date_from_iso(std::string_view text);  ///< "2026-11-21" only
[[nodiscard]] std::string to_iso(Date date);
/// Whole years from `birth` to `on`; negative when `on` is before.
[[nodiscard]] int years_between(Date birth, Date on) noexcept;

/// Where the time comes from: a parameter, so that pure code has no clock and tests choose it.
using Clock = Instant (*)();

}  // namespace base
