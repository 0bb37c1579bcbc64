#include "fhir_models/r4/date_forms.hpp"

#include <cstdint>

#include "fhir_models/base/time.hpp"
#include "fhir_models/r4/scan.hpp"

namespace fhir::r4 {
namespace {

enum class Precision : std::uint8_t { wrong, year, month, day };

Precision take_date(Scan& scan) noexcept
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!scan.take_number(4, 1, 9999, year)) {
        return Precision::wrong;
    }
    if (!scan.take('-')) {
        return Precision::year;
    }
    if (!scan.take_number(2, 1, 12, month)) {
        return Precision::wrong;
    }
    if (!scan.take('-')) {
        return Precision::month;
    }
    const bool exists = scan.take_number(2, 1, 31, day) && base::make_date(year, month, day);
    return exists ? Precision::day : Precision::wrong;
}

bool take_time(Scan& scan) noexcept
{
    int unit = 0;
    return scan.take_number(2, 0, 23, unit) && scan.take(':') && scan.take_number(2, 0, 59, unit) &&
           scan.take(':') && scan.take_number(2, 0, 60, unit) &&
           (!scan.take('.') || scan.take_digits());
}

bool take_zone(Scan& scan) noexcept
{
    if (scan.take('Z')) {
        return true;
    }
    int hours = 0;
    int minutes = 0;
    return (scan.take('+') || scan.take('-')) && scan.take_number(2, 0, 14, hours) &&
           scan.take(':') && scan.take_number(2, 0, 59, minutes) && (hours < 14 || minutes == 0);
}

}  // namespace

bool is_date(std::string_view text) noexcept
{
    Scan scan(text);
    return take_date(scan) != Precision::wrong && scan.done();
}

bool is_instant(std::string_view text) noexcept
{
    Scan scan(text);
    return take_date(scan) == Precision::day && scan.take('T') && take_time(scan) &&
           take_zone(scan) && scan.done();
}

bool is_date_time(std::string_view text) noexcept
{
    return text.size() > 10 ? is_instant(text) : is_date(text);
}

bool is_time(std::string_view text) noexcept
{
    Scan scan(text);
    return take_time(scan) && scan.done();
}

}  // namespace fhir::r4
