#pragma once

#include <cstddef>
#include <string_view>

namespace fhir::r4 {

[[nodiscard]] constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

/// Reads a form from left to right; every `take` moves on only when it fits.
class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    [[nodiscard]] bool done() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] bool sees(char c) const noexcept { return !done() && text_[at_] == c; }
    bool take(char c) noexcept
    {
        const bool fits = sees(c);
        at_ += fits ? 1 : 0;
        return fits;
    }
    /// `count` digits that make a number from `low` to `high`.
    bool take_number(std::size_t count, int low, int high, int& value) noexcept
    {
        if (text_.size() - at_ < count) {
            return false;
        }
        value = 0;
        for (const char c : text_.substr(at_, count)) {
            if (!is_digit(c)) {
                return false;
            }
            value = value * 10 + (c - '0');
        }
        at_ += count;
        return value >= low && value <= high;
    }
    /// At least one digit.
    bool take_digits() noexcept
    {
        const auto begin = at_;
        while (!done() && is_digit(text_[at_])) {
            ++at_;
        }
        return at_ > begin;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace fhir::r4
