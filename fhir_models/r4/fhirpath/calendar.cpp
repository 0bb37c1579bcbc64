#include "fhir_models/r4/fhirpath/calendar.hpp"

#include <algorithm>
#include <array>

namespace fhir::r4::fhirpath {

int days_in(int year, int month) noexcept
{
    for (int day = 31; day > 28; --day) {
        if (base::make_date(year, month, day)) {
            return day;
        }
    }
    return 28;
}

/// Days since 1970-01-01 (Hinnant's days_from_civil, the proleptic Gregorian calendar).
std::int64_t day_number(const Temporal& value) noexcept
{
    const auto first = *base::make_date(value.year, value.month, value.day);
    const int y = first.year - (first.month <= 2 ? 1 : 0);
    const int era = y / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year =
        (153 * (first.month + (first.month > 2 ? -3 : 9)) + 2) / 5 + first.day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return std::int64_t{era} * 146097 + day_of_era - 719468;
}

void set_day(Temporal& value, std::int64_t number) noexcept
{
    const auto shifted = number + 719468;
    const auto era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const auto day_of_era = shifted - era * 146097;
    const auto year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto shifted_month = (5 * day_of_year + 2) / 153;
    const auto month = shifted_month + (shifted_month < 10 ? 3 : -9);
    value.day = static_cast<std::int8_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    value.month = static_cast<std::int8_t>(month);
    value.year = static_cast<std::int16_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
}

std::int64_t milliseconds_of_day(const Temporal& value) noexcept
{
    return (std::int64_t{value.hour} * 60 + value.minute) * 60'000 + value.millisecond;
}

void set_milliseconds(Temporal& value, std::int64_t of_day) noexcept
{
    value.millisecond = static_cast<std::int32_t>(of_day % 60'000);
    value.minute = static_cast<std::int8_t>(of_day / 60'000 % 60);
    value.hour = static_cast<std::int8_t>(of_day / 3'600'000);
}

std::optional<Temporal> plus(const Temporal& value, std::int64_t count, CalendarUnit unit) noexcept
{
    constexpr std::array<std::int64_t, 8> kMilliseconds{
        0, 0, 7 * kDayMilliseconds, kDayMilliseconds, 3'600'000, 60'000, 1000, 1};
    constexpr std::int64_t kMost = 10'000LL * 366 * kDayMilliseconds;
    auto sum = value;
    if (count > kMost || count < -kMost) {
        return std::nullopt;
    }
    const auto dated = value.kind != TemporalKind::time;
    if (unit == CalendarUnit::year || unit == CalendarUnit::month) {
        const auto months = (unit == CalendarUnit::year ? 12 * count : count) +
                            12 * std::int64_t{value.year} + value.month - 1;
        const auto year = months / 12;
        if (!dated || months < 12 || year > 9999) {
            return std::nullopt;
        }
        sum.year = static_cast<std::int16_t>(year);
        sum.month = static_cast<std::int8_t>(months % 12 + 1);
        sum.day = static_cast<std::int8_t>(std::min<int>(sum.day, days_in(sum.year, sum.month)));
        return sum;
    }
    std::int64_t step = 0;
    if (__builtin_mul_overflow(count, kMilliseconds[static_cast<std::size_t>(unit)], &step) ||
        step > kMost || step < -kMost) {
        return std::nullopt;
    }
    auto total =
        (dated ? day_number(value) * kDayMilliseconds : 0) + milliseconds_of_day(value) + step;
    auto rest = total % kDayMilliseconds;
    rest += rest < 0 ? kDayMilliseconds : 0;
    if (dated) {
        constexpr std::int64_t kFirstDay = -719162;  // 0001-01-01
        constexpr std::int64_t kLastDay = 2932896;   // 9999-12-31
        const auto day = (total - rest) / kDayMilliseconds;
        if (day < kFirstDay || day > kLastDay) {
            return std::nullopt;
        }
        set_day(sum, day);
    }
    set_milliseconds(sum, rest);
    return sum;
}

int precision_digits(const Temporal& value) noexcept
{
    constexpr std::array<int, 8> kDigits{0, 4, 6, 8, 10, 12, 14, 17};
    const auto digits = kDigits[static_cast<std::size_t>(value.precision)];
    return value.kind == TemporalKind::time ? digits - 8 : digits;
}

std::optional<Temporal> boundary(const Temporal& value, bool high, int digits) noexcept
{
    auto edge = value;
    const auto reach = [&](Precision part) { return edge.precision >= part; };
    if (high && !reach(Precision::month)) {
        edge.month = 12;
    }
    if (high && !reach(Precision::day)) {
        edge.day = static_cast<std::int8_t>(days_in(edge.year, edge.month));
    }
    if (high && !reach(Precision::hour)) {
        edge.hour = 23;
        edge.minute = 59;
    }
    if (high && !reach(Precision::second)) {
        edge.millisecond = 59'999;
    } else if (high && edge.precision == Precision::second) {
        edge.millisecond += 999;
    }
    for (auto part = Precision::year; part <= Precision::millisecond; part = next(part)) {
        edge.precision = part;
        if (precision_digits(edge) == digits) {
            if (edge.kind == TemporalKind::date_time && part >= Precision::hour && !edge.has_zone) {
                edge.has_zone = true;  // the zone that makes it earliest or latest
                edge.zone = high ? -12 * 60 : 14 * 60;
            }
            edge.kind = edge.kind == TemporalKind::date_time && part <= Precision::day
                            ? TemporalKind::date
                            : edge.kind;
            return edge;
        }
    }
    return std::nullopt;
}

}  // namespace fhir::r4::fhirpath
