#include "fhir_models/r4/primitives.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "fhir_models/r4/date_forms.hpp"
#include "fhir_models/r4/scan.hpp"

namespace fhir::r4 {
namespace {

bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// JSON's own grammar of a number is that of a decimal.
bool is_decimal(std::string_view text) noexcept
{
    Scan scan(text);
    scan.take('-');
    const bool whole = scan.take('0') || scan.take_digits();
    const bool fraction = !scan.take('.') || scan.take_digits();
    bool exponent = true;
    if (scan.take('e') || scan.take('E')) {
        (void)(scan.take('+') || scan.take('-'));
        exponent = scan.take_digits();
    }
    return whole && fraction && exponent && scan.done();
}

bool is_integer(std::string_view text, std::int64_t low) noexcept
{
    constexpr std::int64_t kMost = 2147483647;
    const bool negative = text.starts_with('-');
    const auto digits = text.substr(negative ? 1 : 0);
    if (digits.empty() || digits.size() > 10 || !std::ranges::all_of(digits, is_digit) ||
        (digits[0] == '0' && text.size() > 1)) {
        return false;
    }
    std::int64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
    }
    value = negative ? -value : value;
    return value >= low && value <= kMost;
}

constexpr std::size_t kLongestString = 1024 * 1024;

/// No control character but tab, line feed and carriage return.
bool is_text(std::string_view text) noexcept
{
    constexpr std::uint64_t kEach = 0x0101010101010101U;
    std::size_t at = 0;
    while (at < text.size()) {
        if (std::uint64_t word = 0; text.size() - at >= sizeof word) {
            std::memcpy(&word, text.data() + at, sizeof word);
            // A byte below 0x20 borrows from its high bit (Hacker's Delight, 6-1).
            if (((word - kEach * 0x20) & ~word & kEach * 0x80) == 0) {
                at += sizeof word;
                continue;
            }
        }
        const auto c = static_cast<unsigned char>(text[at++]);
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            return false;
        }
    }
    return !text.empty();
}

bool is_uri(std::string_view text) noexcept
{
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20; });
}

/// No blank at either end, and never two together.
bool is_code(std::string_view text) noexcept
{
    bool blank = true;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 && (blank || !is_blank(c))) {
            return false;
        }
        blank = is_blank(c);
    }
    return !blank;
}

bool is_id(std::string_view text) noexcept
{
    const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

/// urn:oid:[0-2](\.(0|[1-9][0-9]*))+
bool is_oid(std::string_view text) noexcept
{
    constexpr std::string_view kScheme = "urn:oid:";
    if (!text.starts_with(kScheme)) {
        return false;
    }
    Scan scan(text.substr(kScheme.size()));
    int root = 0;
    bool good = scan.take_number(1, 0, 2, root) && !scan.done();
    while (good && !scan.done()) {
        good = scan.take('.') && (scan.take('0') || scan.take_digits());
    }
    return good;
}

/// urn:uuid: and 36 lower-case characters.
bool is_uuid(std::string_view text) noexcept
{
    constexpr std::string_view kForm = "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::ranges::equal(text, kForm, [](char c, char form) {
        return form == 'x' ? is_digit(c) || (c >= 'a' && c <= 'f') : c == form;
    });
}

/// Groups of four characters, padded at the end; blanks may stand anywhere.
bool is_base64(std::string_view text) noexcept
{
    std::size_t count = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (is_blank(c)) {
            continue;
        }
        ++count;
        if (c == '=') {
            ++padding;
        } else if (padding > 0 || !(is_letter(c) || is_digit(c) || c == '+' || c == '/')) {
            return false;
        }
    }
    return count > 0 && count % 4 == 0 && padding <= 2;
}

struct Form {
    Kind kind;
    std::string_view es;
    std::string_view en;
};

/// In the order of enum Primitive.
constexpr std::array<Form, 20> kForms{{
    // clang-format off
    {Kind::string,  "base64 en grupos de cuatro",                   "base64 in groups of four"},
    {Kind::boolean, "true o false sin comillas",                    "true or false without quotes"},
    {Kind::string,  "una URL canónica sin espacios",                "a canonical URL without blanks"},
    {Kind::string,  "un código sin espacios en los extremos",       "a code without blanks at its ends"},
    {Kind::string,  "AAAA, AAAA-MM o AAAA-MM-DD de un día real",    "YYYY, YYYY-MM or YYYY-MM-DD of a real day"},
    {Kind::string,  "una fecha, o fecha y hora con segundos y zona","a date, or date and time with seconds and zone"},
    {Kind::number,  "un número decimal sin comillas",               "a decimal number without quotes"},
    {Kind::string,  "1 a 64 letras, dígitos, guiones o puntos",     "1 to 64 letters, digits, hyphens or dots"},
    {Kind::string,  "AAAA-MM-DDThh:mm:ss con zona",                 "YYYY-MM-DDThh:mm:ss with zone"},
    {Kind::number,  "un entero de 32 bits sin comillas",            "a 32-bit integer without quotes"},
    {Kind::string,  "texto no vacío sin caracteres de control",     "text, not empty, without control characters"},
    {Kind::string,  "urn:oid: y un OID",                            "urn:oid: and an OID"},
    {Kind::number,  "un entero de 1 a 2147483647 sin comillas",     "an integer from 1 to 2147483647 without quotes"},
    {Kind::string,  "texto no vacío sin caracteres de control",     "text, not empty, without control characters"},
    {Kind::string,  "hh:mm:ss",                                     "hh:mm:ss"},
    {Kind::number,  "un entero de 0 a 2147483647 sin comillas",     "an integer from 0 to 2147483647 without quotes"},
    {Kind::string,  "una URI sin espacios",                         "a URI without blanks"},
    {Kind::string,  "una URL sin espacios",                         "a URL without blanks"},
    {Kind::string,  "urn:uuid: y un UUID en minúsculas",            "urn:uuid: and a UUID in lower case"},
    {Kind::string,  "XHTML dentro de un div",                       "XHTML inside a div"},
    // clang-format on
}};

}  // namespace

Kind json_kind(Primitive type) noexcept
{
    return kForms[static_cast<std::size_t>(type)].kind;
}

bool is_well_formed(Primitive type, std::string_view text) noexcept
{
    switch (type) {
        case Primitive::base64_binary:
            return is_base64(text);
        case Primitive::boolean:
            return text == "true" || text == "false";
        case Primitive::code:
            return is_code(text);
        case Primitive::date:
            return is_date(text);
        case Primitive::date_time:
            return is_date_time(text);
        case Primitive::decimal:
            return is_decimal(text);
        case Primitive::id:
            return is_id(text);
        case Primitive::instant:
            return is_instant(text);
        case Primitive::integer:
            return is_integer(text, -2147483648);
        case Primitive::oid:
            return is_oid(text);
        case Primitive::positive_int:
            return is_integer(text, 1);
        case Primitive::time:
            return is_time(text);
        case Primitive::unsigned_int:
            return is_integer(text, 0);
        case Primitive::canonical:
        case Primitive::uri:
        case Primitive::url:
            return is_uri(text);
        case Primitive::uuid:
            return is_uuid(text);
        case Primitive::markdown:
            return is_text(text);
        case Primitive::string:
            return text.size() <= kLongestString && is_text(text);
        case Primitive::xhtml:
            return text.empty() || is_text(text);
    }
    return false;
}

base::Text form_of(Primitive type)
{
    const auto& form = kForms[static_cast<std::size_t>(type)];
    return {std::string(form.es), std::string(form.en)};
}

}  // namespace fhir::r4
