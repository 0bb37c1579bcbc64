#include "mapping/rules/forms.hpp"

#include <cstddef>

#include "fhir_models/base/text.hpp"

namespace mapping::rules {
namespace {

enum class Sign : std::uint8_t { letter, mark, blank, none };

struct Character {
    Sign sign = Sign::none;
    std::size_t bytes = 1;
};

Character character_at(std::string_view text) noexcept
{
    const char c = text.front();
    if (c >= 'A' && c <= 'Z') {
        return {Sign::letter, 1};
    }
    if (c == ' ') {
        return {Sign::blank, 1};
    }
    if (std::string_view("-,./'").find(c) != std::string_view::npos) {
        return {Sign::mark, 1};
    }
    if (text.starts_with("\xC3\x91")) {  // N with tilde
        return {Sign::letter, 2};
    }
    for (const std::string_view vowel :
         {"\xC3\x84", "\xC3\x8B", "\xC3\x8F", "\xC3\x96", "\xC3\x9C"}) {
        if (text.starts_with(vowel)) {  // with diaeresis
            return {Sign::letter, 2};
        }
    }
    if (text.starts_with("\xC2\xA8")) {  // a diaeresis by itself
        return {Sign::mark, 2};
    }
    return {};
}

}  // namespace

bool is_official_name(std::string_view text) noexcept
{
    text = base::trim(text);
    std::size_t length = 0;
    auto before = Sign::blank;  // no blank at the start
    while (!text.empty()) {
        const auto now = character_at(text);
        const bool again = now.sign == before && now.sign != Sign::letter;
        if (now.sign == Sign::none || again) {
            return false;
        }
        before = now.sign;
        text.remove_prefix(now.bytes);
        ++length;
    }
    return length >= 2 && length <= 50 && before != Sign::blank;
}

std::optional<base::Date> date_from_dmy(std::string_view text) noexcept
{
    if (text.size() != 10 || text[2] != '/' || text[5] != '/') {
        return std::nullopt;
    }
    const auto day = base::to_size(text.substr(0, 2));
    const auto month = base::to_size(text.substr(3, 2));
    const auto year = base::to_size(text.substr(6, 4));
    if (!day || !month || !year) {
        return std::nullopt;
    }
    return base::make_date(static_cast<int>(*year), static_cast<int>(*month),
                           static_cast<int>(*day));
}

std::optional<Decimal> decimal_from(std::string_view text) noexcept
{
    const auto point = text.find('.');
    const auto whole = base::to_size(text.substr(0, point));
    if (!whole || text.substr(0, point).size() > 9) {
        return std::nullopt;
    }
    Decimal number{static_cast<std::int64_t>(*whole) * 1000, 0};
    if (point == std::string_view::npos) {
        return number;
    }
    const auto fraction = text.substr(point + 1);
    const auto digits = base::to_size(fraction);
    if (!digits || fraction.size() > 3) {
        return std::nullopt;
    }
    number.decimals = static_cast<int>(fraction.size());
    auto thousandths = static_cast<std::int64_t>(*digits);
    for (auto i = fraction.size(); i < 3; ++i) {
        thousandths *= 10;
    }
    number.thousandths += thousandths;
    return number;
}

}  // namespace mapping::rules
