#include "mapping/convert.hpp"

#include <algorithm>
#include <chrono>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/primitives.hpp"

namespace mapping {
namespace {

using fhir::r4::Primitive;

std::optional<Converted> plain(std::string text)
{
    return Converted{std::move(text), false};
}

/// The zone of an HL7 time: "-0600" as "-06:00"; empty when there is none; nothing when malformed.
std::optional<std::string> zone_of(std::string_view text)
{
    if (text.empty()) {
        return std::string{};
    }
    if (text.size() != 5 || !base::is_digits(text.substr(1))) {
        return std::nullopt;
    }
    return std::string(text.substr(0, 3)).append(":").append(text.substr(3));
}

/// HL7 DTM: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ], without more precision than was sent;
/// seconds are filled with 00, as FHIR allows.
std::optional<Converted> hl7_time(std::string_view text, Primitive type, std::string_view zone)
{
    const auto sign = text.find_first_of("+-");
    const auto stated = zone_of(sign == std::string_view::npos ? "" : text.substr(sign));
    text = text.substr(0, sign);
    const auto dot = text.find('.');
    const auto fraction = dot == std::string_view::npos ? "" : text.substr(dot + 1);
    const auto digits = text.substr(0, dot);
    if (!stated || !base::is_digits(digits) || digits.size() > 14 || digits.size() < 4 ||
        digits.size() % 2 != 0 || (!fraction.empty() && !base::is_digits(fraction))) {
        return std::nullopt;
    }
    std::string out(digits.substr(0, 4));
    if (digits.size() >= 6) {
        out.append("-").append(digits.substr(4, 2));
    }
    if (digits.size() >= 8) {
        out.append("-").append(digits.substr(6, 2));
    }
    if (digits.size() <= 8 || type == Primitive::date) {
        return plain(std::move(out));
    }
    if (digits.size() == 10) {  // the hour alone cannot be said: FHIR asks for minutes
        return Converted{std::move(out), true};
    }
    if (stated->empty() && zone.empty()) {
        return Converted{std::move(out), true};
    }
    out.append("T").append(digits.substr(8, 2)).append(":").append(digits.substr(10, 2));
    out.append(":").append(digits.size() == 14 ? digits.substr(12, 2) : "00");
    if (!fraction.empty()) {
        out.append(".").append(fraction);
    }
    return plain(out.append(stated->empty() ? zone : std::string_view(*stated)));
}

/// Four characters without dot, X for none, as Mexican files write ICD-10: "E119" is E11.9, "I10X"
/// is I10.
std::string cie10(std::string_view text)
{
    if (text.size() != 4) {
        return std::string(text);
    }
    std::string code(text.substr(0, 3));
    return text[3] == 'X' ? code : code.append(".").append(text.substr(3));
}

/// HHMM[SS[.S…]] or HH:MM[:SS].
std::optional<Converted> time_of_day(std::string_view text)
{
    if (text.find(':') != std::string_view::npos) {
        return plain(text.size() == 5 ? std::string(text) + ":00" : std::string(text));
    }
    const auto digits = text.substr(0, text.find_first_of(".+-"));
    if (!base::is_digits(digits) || (digits.size() != 4 && digits.size() != 6)) {
        return std::nullopt;
    }
    std::string out(digits.substr(0, 2));
    out.append(":").append(digits.substr(2, 2)).append(":");
    return plain(out.append(digits.size() == 6 ? digits.substr(4, 2) : "00"));
}

/// dd/mm/yyyy, with or without " hh:mm[:ss]".
std::optional<Converted> day_month_year(std::string_view text, Primitive type,
                                        std::string_view zone)
{
    if (text.size() < 10 || text[2] != '/' || text[5] != '/') {
        return std::nullopt;
    }
    std::string out(text.substr(6, 4));
    out.append("-").append(text.substr(3, 2)).append("-").append(text.substr(0, 2));
    if (text.size() == 10 || type == Primitive::date) {
        return plain(std::move(out));
    }
    const auto time = time_of_day(base::trim(text.substr(10)));
    if (!time) {
        return std::nullopt;
    }
    if (zone.empty()) {
        return Converted{std::move(out), true};
    }
    return plain(out.append("T").append(time->text).append(zone));
}

std::optional<Converted> number(std::string_view text)
{
    std::string out(text);
    if (out.starts_with('+')) {
        out.erase(0, 1);
    }
    if (out.starts_with('.')) {
        out.insert(0, "0");
    } else if (out.starts_with("-.")) {
        out.insert(1, "0");
    }
    if (out.ends_with('.')) {
        out.pop_back();
    }
    const auto digit = out.starts_with('-') ? 1U : 0U;
    while (out.size() > digit + 1 && out[digit] == '0' && out[digit + 1] >= '0' &&
           out[digit + 1] <= '9') {
        out.erase(digit, 1);  // JSON numbers have no leading zeros
    }
    return plain(std::move(out));
}

std::optional<Converted> boolean(std::string_view text)
{
    if (text == "Y" || text == "true") {
        return plain("true");
    }
    if (text == "N" || text == "false") {
        return plain("false");
    }
    return std::nullopt;
}

/// A URI has no blanks and controls: they are written as RFC 3986 says.
std::string uri(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) > ' ') {
            out.push_back(c);
        } else {
            out.append("%").append(base::to_upper_ascii(base::to_hex({&c, 1})));
        }
    }
    return out;
}

/// The seconds of a dateTime with time and zone, in UTC; fractions do not count.
std::optional<std::int64_t> seconds_of(std::string_view text) noexcept
{
    const auto number = [&](std::size_t at, std::size_t size) {
        return static_cast<int>(base::to_size(text.substr(at, size)).value_or(0));
    };
    const auto zone = text.find_first_of("Z+-", 19);
    if (text.size() < 20 || zone == std::string_view::npos) {
        return std::nullopt;
    }
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    auto seconds = std::chrono::sys_days(day).time_since_epoch().count() * 86400LL +
                   number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
    if (text[zone] != 'Z') {
        const auto offset = number(zone + 1, 2) * 3600 + number(zone + 4, 2) * 60;
        seconds += text[zone] == '+' ? -offset : offset;
    }
    return seconds;
}

std::optional<Converted> by_type(std::string_view text, Primitive type, const Manner& manner)
{
    switch (type) {
        case Primitive::date:
        case Primitive::date_time:
        case Primitive::instant: {
            if (fhir::r4::is_well_formed(type, text) && text.find('-') == 4) {
                return plain(std::string(text));  // said in FHIR's own form already
            }
            auto time = hl7_time(text, type, manner.zone);
            if (time && type == Primitive::instant && time->text.size() < 20) {
                return std::nullopt;
            }
            return time;
        }
        case Primitive::uri:
        case Primitive::url:
        case Primitive::canonical:
            return plain(uri(text));
        case Primitive::time:
            return time_of_day(text);
        case Primitive::boolean:
            return boolean(text);
        case Primitive::decimal:
        case Primitive::integer:
        case Primitive::positive_int:
        case Primitive::unsigned_int:
            return number(text);
        default:
            return plain(std::string(text));
    }
}

/// What is called an OID or a UUID and is none becomes nothing, and is told. So does an OID of two
/// arcs: it names a registry, nobody who could assign.
std::optional<Converted> urn(std::string text, Primitive form)
{
    const bool short_oid = form == Primitive::oid && std::ranges::count(text, '.') < 2;
    return !short_oid && fhir::r4::is_well_formed(form, text) ? plain(std::move(text))
                                                              : std::nullopt;
}

std::optional<Converted> by_name(std::string_view text, Primitive type, const Manner& manner)
{
    switch (manner.convert) {
        case Convert::by_type:
            return by_type(text, type, manner);
        case Convert::dmy:
            return day_month_year(text, type, manner.zone);
        case Convert::hms:
            return time_of_day(text);
        case Convert::oid:
            return urn("urn:oid:" + std::string(text), Primitive::oid);
        case Convert::uuid_urn:
            return urn("urn:uuid:" + base::to_lower_ascii(text), Primitive::uuid);
        case Convert::hex: {
            const auto bytes = base::from_hex(text);
            return bytes ? plain(base::to_base64(*bytes)) : std::nullopt;
        }
        case Convert::cie10:
            return plain(cie10(text));
        case Convert::digest:
            return plain(base::to_hex(base::view(base::sha256(text))));
        case Convert::base64_of_text:
            return plain(base::to_base64(text));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Converted> convert(std::string_view text, Primitive type, const Manner& manner)
{
    const bool keeps_blanks = type == Primitive::string || type == Primitive::markdown;
    const auto trimmed = base::trim(text);
    if (trimmed.empty()) {
        return std::nullopt;
    }
    auto converted = by_name(keeps_blanks ? text : trimmed, type, manner);
    if (!converted || !fhir::r4::is_well_formed(type, converted->text)) {
        return std::nullopt;
    }
    return converted;
}

bool is_before(std::string_view one, std::string_view other) noexcept
{
    const auto a = seconds_of(one);
    const auto b = seconds_of(other);
    if (a && b) {
        return *a < *b;
    }
    const auto both = std::min({one.size(), other.size(), std::size_t{10}});
    return one.substr(0, both) < other.substr(0, both);
}

}  // namespace mapping
