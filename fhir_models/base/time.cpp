#include "fhir_models/base/time.hpp"

#include <chrono>
#include <cstdio>

#include "fhir_models/base/text.hpp"

namespace base {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kSecond = 1'000'000;

std::optional<int> number(std::string_view text, std::size_t at, std::size_t length)
{
    if (at + length > text.size() || !is_digits(text.substr(at, length))) {
        return std::nullopt;
    }
    return static_cast<int>(*to_size(text.substr(at, length)));
}

/// Minutes east of UTC of "Z", "+hh:mm" or "-hh:mm".
std::optional<int> offset_minutes(std::string_view text)
{
    if (text == "Z" || text == "z") {
        return 0;
    }
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    const auto hours = number(text, 1, 2);
    const auto minutes = number(text, 4, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) {
        return std::nullopt;
    }
    const int total = *hours * 60 + *minutes;
    return text[0] == '-' ? -total : total;
}

}  // namespace

Instant from_seconds(std::int64_t seconds) noexcept
{
    return {seconds * kSecond};
}

std::int64_t to_seconds(Instant instant) noexcept
{
    const auto seconds = instant.microseconds / kSecond;
    return instant.microseconds % kSecond < 0 ? seconds - 1 : seconds;
}

std::string to_rfc3339(Instant instant)
{
    const chrono::sys_time<chrono::microseconds> point{chrono::microseconds(instant.microseconds)};
    const auto midnight = chrono::floor<chrono::days>(point);
    const chrono::year_month_day day{midnight};
    const chrono::hh_mm_ss time{chrono::floor<chrono::milliseconds>(point - midnight)};
    char text[40];
    const int length = std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ldZ", static_cast<int>(day.year()),
        static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
        static_cast<long>(time.hours().count()), static_cast<long>(time.minutes().count()),
        static_cast<long>(time.seconds().count()), static_cast<long>(time.subseconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

std::optional<Instant> from_rfc3339(std::string_view text)
{
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':') {
        return std::nullopt;
    }
    const auto date = date_from_iso(text.substr(0, 10));
    const auto hour = number(text, 11, 2);
    const auto minute = number(text, 14, 2);
    const auto second = number(text, 17, 2);
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (text[at] == '.') {
        std::int64_t scale = kSecond / 10;
        const auto digits = text.find_first_not_of("0123456789", at + 1);
        if (digits == at + 1 || digits == std::string_view::npos) {
            return std::nullopt;
        }
        for (++at; at < digits; ++at, scale /= 10) {
            fraction += (text[at] - '0') * scale;
        }
    }
    const auto offset = offset_minutes(text.substr(at));
    if (!offset) {
        return std::nullopt;
    }
    const chrono::sys_days days{chrono::year(date->year) / date->month / date->day};
    const auto seconds = days.time_since_epoch().count() * std::int64_t{86'400} + *hour * 3'600 +
                         (*minute - *offset) * 60 + *second;
    return Instant{seconds * kSecond + fraction};
}

std::optional<Date> make_date(int year, int month, int day) noexcept
{
    const bool plausible = month >= 1 && month <= 12 && day >= 1 && day <= 31;
    if (!plausible || !(chrono::year(year) / month / day).ok()) {
        return std::nullopt;
    }
    return Date{year, month, day};
}

std::optional<Date> date_from_iso(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = number(text, 0, 4);
    const auto month = number(text, 5, 2);
    const auto day = number(text, 8, 2);
    return year && month && day ? make_date(*year, *month, *day) : std::nullopt;
}

std::string to_iso(Date date)
{
    char text[16];
    const int length =
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    return {text, static_cast<std::size_t>(length)};
}

int years_between(Date birth, Date on) noexcept
{
    const bool before_birthday =
        on.month < birth.month || (on.month == birth.month && on.day < birth.day);
    return on.year - birth.year - (before_birthday ? 1 : 0);
}

}  // namespace base
