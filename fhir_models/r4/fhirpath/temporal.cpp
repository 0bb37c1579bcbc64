#include "fhir_models/r4/fhirpath/temporal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fhir_models/r4/fhirpath/calendar.hpp"
#include "fhir_models/r4/scan.hpp"

namespace fhir::r4::fhirpath {
namespace {

bool take_date(Scan& scan, Temporal& value) noexcept
{
    int part = 0;
    if (!scan.take_number(4, 1, 9999, part)) {
        return false;
    }
    value.year = static_cast<std::int16_t>(part);
    value.precision = Precision::year;
    if (!scan.take('-')) {
        return true;
    }
    if (!scan.take_number(2, 1, 12, part)) {
        return false;
    }
    value.month = static_cast<std::int8_t>(part);
    value.precision = Precision::month;
    if (!scan.take('-')) {
        return true;
    }
    if (!scan.take_number(2, 1, days_in(value.year, value.month), part)) {
        return false;
    }
    value.day = static_cast<std::int8_t>(part);
    value.precision = Precision::day;
    return true;
}

bool take_fraction(Scan& scan, Temporal& value) noexcept
{
    int digit = 0;
    int weight = 100;
    bool any = false;
    while (scan.take_number(1, 0, 9, digit)) {
        value.millisecond += digit * weight;
        weight /= 10;
        any = true;
    }
    value.precision = Precision::millisecond;
    return any;
}

bool take_time(Scan& scan, Temporal& value) noexcept
{
    int part = 0;
    if (!scan.take_number(2, 0, 23, part)) {
        return false;
    }
    value.hour = static_cast<std::int8_t>(part);
    value.precision = Precision::hour;
    if (!scan.take(':')) {
        return true;
    }
    if (!scan.take_number(2, 0, 59, part)) {
        return false;
    }
    value.minute = static_cast<std::int8_t>(part);
    value.precision = Precision::minute;
    if (!scan.take(':')) {
        return true;
    }
    if (!scan.take_number(2, 0, 60, part)) {
        return false;
    }
    value.millisecond = part * 1000;
    value.precision = Precision::second;
    return !scan.take('.') || take_fraction(scan, value);
}

bool take_zone(Scan& scan, Temporal& value) noexcept
{
    value.has_zone = true;
    if (scan.take('Z')) {
        return true;
    }
    const bool west = scan.sees('-');
    if (!scan.take('+') && !scan.take('-')) {
        value.has_zone = false;
        return true;
    }
    int hours = 0;
    int minutes = 0;
    const bool good =
        scan.take_number(2, 0, 14, hours) && scan.take(':') && scan.take_number(2, 0, 59, minutes);
    value.zone = static_cast<std::int16_t>((west ? -1 : 1) * (hours * 60 + minutes));
    return good;
}

Temporal in_utc(Temporal value) noexcept
{
    if (!value.has_zone || value.precision < Precision::hour) {
        return value;
    }
    auto total = day_number(value) * kDayMilliseconds + milliseconds_of_day(value) -
                 std::int64_t{value.zone} * 60'000;
    auto day = total / kDayMilliseconds;
    auto rest = total % kDayMilliseconds;
    if (rest < 0) {
        rest += kDayMilliseconds;
        --day;
    }
    set_day(value, day);
    set_milliseconds(value, rest);
    value.zone = 0;
    return value;
}

int part_of(const Temporal& value, Precision part) noexcept
{
    switch (part) {
        case Precision::year:
            return value.year;
        case Precision::month:
            return value.month;
        case Precision::day:
            return value.day;
        case Precision::hour:
            return value.hour;
        case Precision::minute:
            return value.minute;
        case Precision::second:
            return value.millisecond;
        default:
            return 0;
    }
}

/// Seconds and milliseconds are compared as one.
Precision coarse(Precision precision) noexcept
{
    return std::min(precision, Precision::second);
}

}  // namespace

std::optional<Temporal> Temporal::parse_date(std::string_view text) noexcept
{
    Scan scan(text);
    Temporal value;
    return take_date(scan, value) && scan.done() ? std::optional(value) : std::nullopt;
}

std::optional<Temporal> Temporal::parse_date_time(std::string_view text) noexcept
{
    Scan scan(text);
    Temporal value;
    value.kind = TemporalKind::date_time;
    bool good = take_date(scan, value);
    if (good && scan.take('T') && !scan.done()) {
        good =
            value.precision == Precision::day && take_time(scan, value) && take_zone(scan, value);
    }
    return good && scan.done() ? std::optional(value) : std::nullopt;
}

std::optional<Temporal> Temporal::parse_time(std::string_view text) noexcept
{
    Scan scan(text);
    Temporal value;
    value.kind = TemporalKind::time;
    return take_time(scan, value) && scan.done() ? std::optional(value) : std::nullopt;
}

Temporal Temporal::at(base::Instant instant, TemporalKind kind) noexcept
{
    auto text = base::to_rfc3339(instant);
    auto value = *parse_date_time(text);
    if (kind == TemporalKind::date) {
        value.kind = kind;
        value.precision = Precision::day;
        value.has_zone = false;
        set_milliseconds(value, 0);
    } else if (kind == TemporalKind::time) {
        value.kind = kind;
        value.has_zone = false;
    }
    return value;
}

std::string to_text(const Temporal& value)
{
    std::array<char, 40> text{};
    std::string out;
    const auto print = [&](const char* form, auto... parts) {
        const auto size = std::snprintf(text.data(), text.size(), form, parts...);
        out.append(text.data(), static_cast<std::size_t>(size));
    };
    if (value.kind != TemporalKind::time) {
        print("%04d", value.year);
        if (value.precision >= Precision::month) {
            print("-%02d", value.month);
        }
        if (value.precision >= Precision::day) {
            print("-%02d", value.day);
        }
        if (value.precision < Precision::hour) {
            return out;
        }
        out.push_back('T');
    }
    print("%02d", value.hour);
    if (value.precision >= Precision::minute) {
        print(":%02d", value.minute);
    }
    if (value.precision >= Precision::second) {
        print(":%02d", value.millisecond / 1000);
    }
    if (value.precision >= Precision::millisecond) {
        print(".%03d", value.millisecond % 1000);
    }
    if (value.has_zone) {
        const int zone = value.zone < 0 ? -value.zone : value.zone;
        if (zone == 0) {
            out.push_back('Z');
        } else {
            print("%c%02d:%02d", value.zone < 0 ? '-' : '+', zone / 60, zone % 60);
        }
    }
    return out;
}

std::optional<int> compare(const Temporal& a, const Temporal& b) noexcept
{
    const bool times = a.kind == TemporalKind::time;
    if (times != (b.kind == TemporalKind::time)) {
        return std::nullopt;
    }
    const bool zoned = a.has_zone && b.has_zone;
    const auto left = zoned ? in_utc(a) : a;
    const auto right = zoned ? in_utc(b) : b;
    const auto least = std::min(coarse(a.precision), coarse(b.precision));
    if (a.has_zone != b.has_zone && least >= Precision::hour) {
        return std::nullopt;
    }
    for (auto part = times ? Precision::hour : Precision::year; part <= least; part = next(part)) {
        const int difference = part_of(left, part) - part_of(right, part);
        if (difference != 0) {
            return difference;
        }
    }
    return coarse(a.precision) == coarse(b.precision) ? std::optional(0) : std::nullopt;
}

bool equivalent(const Temporal& a, const Temporal& b) noexcept
{
    return compare(a, b) == std::optional(0);
}

}  // namespace fhir::r4::fhirpath
