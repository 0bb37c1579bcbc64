#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhir::r4::fhirpath {

__extension__ using Wide = __int128;

/// A decimal number as it was written: 1.10 keeps its two places. Up to 37 digits.
struct Decimal {
    Wide units = 0;          ///< the number without its point
    std::int32_t scale = 0;  ///< digits after the point, 0 to 28

    [[nodiscard]] static Decimal of(std::int64_t integer) noexcept { return {integer, 0}; }
    /// Errors: nothing when it is no decimal number or has more digits than fit.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text) noexcept;
    [[nodiscard]] static std::optional<Decimal> from_double(double value) noexcept;
};

[[nodiscard]] std::string to_text(const Decimal& number);
[[nodiscard]] double to_double(const Decimal& number) noexcept;

/// Negative, 0 or positive; 1.0 equals 1.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b) noexcept;

/// Errors: nothing when the result has more digits than fit, or divides by zero.
[[nodiscard]] std::optional<Decimal> add(const Decimal& a, const Decimal& b) noexcept;
[[nodiscard]] std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) noexcept;
[[nodiscard]] std::optional<Decimal> divide(const Decimal& a, const Decimal& b) noexcept;
/// Whole number of times b is in a, and what is left; both towards zero.
[[nodiscard]] std::optional<Decimal> quotient(const Decimal& a, const Decimal& b) noexcept;
[[nodiscard]] std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) noexcept;
[[nodiscard]] Decimal negate(const Decimal& number) noexcept;

enum class Rounding : std::uint8_t { down, up, half_away, truncate };
/// The number with `scale` places after the point.
[[nodiscard]] std::optional<Decimal> round(const Decimal& number, int scale,
                                           Rounding rounding) noexcept;
/// Without zeros at the end of its places.
[[nodiscard]] Decimal trimmed(Decimal number) noexcept;

}  // namespace fhir::r4::fhirpath
