#include "fhir_models/r4/fhirpath/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "fhir_models/r4/scan.hpp"

namespace fhir::r4::fhirpath {
namespace {

constexpr int kMostScale = 28;
constexpr int kQuotientScale = 16;  ///< places of a division that does not end
constexpr int kMostDigits = 37;

constexpr std::array<Wide, kMostDigits + 1> kPowers = [] {
    std::array<Wide, kMostDigits + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

std::optional<Wide> times(Wide a, Wide b) noexcept
{
    Wide product = 0;
    return __builtin_mul_overflow(a, b, &product) ? std::nullopt : std::optional(product);
}

/// `number` with more places.
std::optional<Wide> units_at(const Decimal& number, int scale) noexcept
{
    const auto more = scale - number.scale;
    return more > kMostDigits ? std::nullopt
                              : times(number.units, kPowers[static_cast<std::size_t>(more)]);
}

struct Pair {
    Wide a;
    Wide b;
    int scale;
};

std::optional<Pair> aligned(const Decimal& a, const Decimal& b) noexcept
{
    const auto scale = std::max(a.scale, b.scale);
    const auto left = units_at(a, scale);
    const auto right = units_at(b, scale);
    return left && right ? std::optional(Pair{*left, *right, scale}) : std::nullopt;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) noexcept
{
    const auto mark = text.find_first_of("eE");
    int exponent = 0;
    if (mark != std::string_view::npos) {
        auto digits = text.substr(mark + 1);
        digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
        const auto* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, exponent);
        if (error != std::errc{} || stop != end || std::abs(exponent) > kMostDigits) {
            return std::nullopt;
        }
        text = text.substr(0, mark);
    }
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    Decimal number;
    bool digits = false;
    bool point = false;
    for (const char c : text) {
        if (c == '.' && !point && digits) {
            point = true;
            continue;
        }
        const auto tenfold = is_digit(c) ? times(number.units, 10) : std::nullopt;
        if (!tenfold || *tenfold > kPowers[kMostDigits]) {
            return std::nullopt;
        }
        number.units = *tenfold + (c - '0');
        number.scale += point ? 1 : 0;
        digits = true;
    }
    number.scale -= exponent;
    if (number.scale < 0) {
        const auto units = units_at({number.units, 0}, -number.scale);
        number = {units.value_or(0), 0};
        digits = digits && units;
    }
    number.units = negative ? -number.units : number.units;
    const bool whole = digits && !text.ends_with('.') && number.scale <= kMostScale;
    return whole ? std::optional(number) : std::nullopt;
}

std::optional<Decimal> Decimal::from_double(double value) noexcept
{
    if (!std::isfinite(value)) {
        return std::nullopt;
    }
    std::array<char, 64> text{};
    const auto [end, error] = std::to_chars(text.begin(), text.end(), value);
    return error == std::errc{} ? parse({text.data(), end}) : std::nullopt;
}

std::string to_text(const Decimal& number)
{
    auto units = number.units < 0 ? -number.units : number.units;
    std::string reversed;
    for (int place = 0; units > 0 || place <= number.scale; ++place) {
        if (place == number.scale && place > 0) {
            reversed.push_back('.');
        }
        reversed.push_back(static_cast<char>('0' + static_cast<int>(units % 10)));
        units /= 10;
    }
    if (number.units < 0) {
        reversed.push_back('-');
    }
    std::ranges::reverse(reversed);
    return reversed;
}

double to_double(const Decimal& number) noexcept
{
    return static_cast<double>(number.units) /
           static_cast<double>(kPowers[static_cast<std::size_t>(number.scale)]);
}

int compare(const Decimal& a, const Decimal& b) noexcept
{
    if (const auto pair = aligned(a, b)) {
        return pair->a < pair->b ? -1 : (pair->a > pair->b ? 1 : 0);
    }
    return to_double(a) < to_double(b) ? -1 : 1;  // too far apart to be equal
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) noexcept
{
    const auto pair = aligned(a, b);
    Wide sum = 0;
    if (!pair || __builtin_add_overflow(pair->a, pair->b, &sum)) {
        return std::nullopt;
    }
    return Decimal{sum, pair->scale};
}

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) noexcept
{
    const auto units = times(a.units, b.units);
    if (!units) {
        return std::nullopt;
    }
    Decimal product{*units, a.scale + b.scale};
    return product.scale <= kMostScale ? std::optional(product)
                                       : round(product, kMostScale, Rounding::half_away);
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) noexcept
{
    if (b.units == 0) {
        return std::nullopt;
    }
    for (int scale = kQuotientScale; scale >= 0; --scale) {  // fewer places when they do not fit
        const auto numerator = units_at(a, std::max(a.scale, scale + b.scale));
        if (numerator) {
            const auto places = std::max(a.scale, scale + b.scale) - b.scale;
            return trimmed({*numerator / b.units, places});
        }
    }
    return std::nullopt;
}

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b) noexcept
{
    const auto pair = aligned(a, b);
    if (!pair || pair->b == 0) {
        return std::nullopt;
    }
    return Decimal{pair->a / pair->b, 0};
}

std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) noexcept
{
    const auto pair = aligned(a, b);
    if (!pair || pair->b == 0) {
        return std::nullopt;
    }
    return Decimal{pair->a % pair->b, pair->scale};
}

Decimal negate(const Decimal& number) noexcept
{
    return {-number.units, number.scale};
}

std::optional<Decimal> round(const Decimal& number, int scale, Rounding rounding) noexcept
{
    if (scale >= number.scale) {
        const auto units = units_at(number, scale);
        return units ? std::optional(Decimal{*units, scale}) : std::nullopt;
    }
    const auto dropped = static_cast<std::size_t>(number.scale - scale);
    const auto power = dropped <= kMostDigits ? kPowers[dropped] : 0;
    if (power == 0) {
        return Decimal{0, scale};
    }
    auto units = number.units / power;
    const auto rest = number.units % power;
    const bool half = (rest < 0 ? -rest : rest) * 2 >= power;
    if ((rounding == Rounding::down && rest < 0) ||
        (rounding == Rounding::half_away && half && rest < 0)) {
        --units;
    } else if ((rounding == Rounding::up && rest > 0) ||
               (rounding == Rounding::half_away && half && rest > 0)) {
        ++units;
    }
    return Decimal{units, scale};
}

Decimal trimmed(Decimal number) noexcept
{
    while (number.scale > 0 && number.units % 10 == 0) {
        number.units /= 10;
        --number.scale;
    }
    return number;
}

}  // namespace fhir::r4::fhirpath
