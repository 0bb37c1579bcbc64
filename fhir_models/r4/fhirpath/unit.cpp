#include "fhir_models/r4/fhirpath/unit.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/scan.hpp"

namespace fhir::r4::fhirpath {
namespace {

struct UnitRow {
    std::string_view code;
    std::string_view factor;
    std::array<std::int8_t, 4> powers;  ///< of metre, gram, second, mole
    bool metric;                        ///< takes prefixes
};

constexpr UnitRow kUnits[] = {
    // clang-format off
    {"m",       "1",            {1, 0, 0, 0},  true},
    {"g",       "1",            {0, 1, 0, 0},  true},
    {"s",       "1",            {0, 0, 1, 0},  true},
    {"mol",     "1",            {0, 0, 0, 1},  true},
    {"L",       "0.001",        {3, 0, 0, 0},  true},
    {"l",       "0.001",        {3, 0, 0, 0},  true},
    {"Pa",      "1000",         {-1, 1, -2, 0}, true},
    {"m[Hg]",   "133322000",    {-1, 1, -2, 0}, true},
    {"Hz",      "1",            {0, 0, -1, 0}, true},
    {"J",       "1000",         {2, 1, -2, 0}, true},
    {"cal",     "4184",         {2, 1, -2, 0}, true},
    {"min",     "60",           {0, 0, 1, 0},  false},
    {"h",       "3600",         {0, 0, 1, 0},  false},
    {"d",       "86400",        {0, 0, 1, 0},  false},
    {"wk",      "604800",       {0, 0, 1, 0},  false},
    {"mo",      "2629800",      {0, 0, 1, 0},  false},
    {"a",       "31557600",     {0, 0, 1, 0},  false},
    {"[in_i]",  "0.0254",       {1, 0, 0, 0},  false},
    {"[ft_i]",  "0.3048",       {1, 0, 0, 0},  false},
    {"[yd_i]",  "0.9144",       {1, 0, 0, 0},  false},
    {"[mi_i]",  "1609.344",     {1, 0, 0, 0},  false},
    {"[lb_av]", "453.59237",    {0, 1, 0, 0},  false},
    {"[oz_av]", "28.349523125", {0, 1, 0, 0},  false},
    {"t",       "1000000",      {0, 1, 0, 0},  false},
    {"%",       "0.01",         {0, 0, 0, 0},  false},
    // clang-format on
};

struct Prefix {
    std::string_view code;
    std::string_view factor;
};

constexpr Prefix kPrefixes[] = {
    {"k", "1000"},
    {"h", "100"},
    {"da", "10"},
    {"d", "0.1"},
    {"c", "0.01"},
    {"m", "0.001"},
    {"u", "0.000001"},
    {"n", "0.000000001"},
    {"M", "1000000"},
    {"G", "1000000000"},
    {"p", "0.000000000001"},
};

struct Word {
    std::string_view word;  ///< in the singular
    std::string_view code;
    CalendarUnit unit;
    bool definite;  ///< the word and the code are the same span
};

constexpr Word kWords[] = {
    {"year", "a", CalendarUnit::year, false},
    {"month", "mo", CalendarUnit::month, false},
    {"week", "wk", CalendarUnit::week, true},
    {"day", "d", CalendarUnit::day, true},
    {"hour", "h", CalendarUnit::hour, true},
    {"minute", "min", CalendarUnit::minute, true},
    {"second", "s", CalendarUnit::second, true},
    {"millisecond", "ms", CalendarUnit::millisecond, true},
};

const Word* find_word(std::string_view text) noexcept
{
    const auto singular =
        text.ends_with('s') && text.size() > 2 ? text.substr(0, text.size() - 1) : text;
    const auto* const found = std::ranges::find_if(
        kWords, [&](const Word& row) { return row.word == singular || row.word == text; });
    return found == std::end(kWords) ? nullptr : found;
}

/// One symbol with its prefix: "mg".
std::optional<Unit> parse_symbol(std::string_view code)
{
    for (const auto& row : kUnits) {
        if (row.code == code) {
            return Unit{*Decimal::parse(row.factor), row.powers};
        }
        if (!row.metric || !code.ends_with(row.code)) {
            continue;
        }
        const auto before = code.substr(0, code.size() - row.code.size());
        const auto* const prefix = std::ranges::find(kPrefixes, before, &Prefix::code);
        if (prefix != std::end(kPrefixes)) {
            const auto factor =
                multiply(*Decimal::parse(row.factor), *Decimal::parse(prefix->factor));
            return Unit{factor.value_or(Decimal::of(1)), row.powers};
        }
    }
    return std::nullopt;
}

/// Multiplies `unit` by a symbol with its exponent, "m2", `sign` times -1 below the line.
bool apply(Unit& unit, std::string_view term, int sign)
{
    if (term == "1") {
        return true;
    }
    auto end = term.size();
    while (end > 0 && is_digit(term[end - 1])) {
        --end;
    }
    const bool bracketed = end > 0 && term[end - 1] == ']';
    int exponent = 1;
    if (end < term.size()) {
        exponent = term.size() - end == 1 ? term[end] - '0' : 0;
    }
    if (end > 0 && term[end - 1] == '-' && !bracketed) {
        exponent = -exponent;
        --end;
    }
    const auto symbol = parse_symbol(term.substr(0, end));
    if (!symbol || exponent == 0) {
        return false;
    }
    exponent *= sign;
    for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) {
        const auto factor = exponent < 0 ? divide(unit.factor, symbol->factor)
                                         : multiply(unit.factor, symbol->factor);
        if (!factor) {
            return false;
        }
        unit.factor = *factor;
    }
    for (std::size_t i = 0; i < unit.powers.size(); ++i) {
        unit.powers[i] = static_cast<std::int8_t>(unit.powers[i] + exponent * symbol->powers[i]);
    }
    return true;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text)
{
    Unit unit;
    int sign = 1;
    std::size_t begin = 0;
    if (text.size() > 64) {
        return std::nullopt;
    }
    for (;;) {
        const auto end = text.find_first_of("./", begin);
        const auto term = text.substr(begin, end - begin);
        const bool leading_slash = term.empty() && begin == 0 && end == 0;
        if (!leading_slash && !apply(unit, term, sign)) {
            return std::nullopt;
        }
        if (end == std::string_view::npos) {
            return unit;
        }
        sign = text[end] == '/' ? -1 : 1;
        begin = end + 1;
    }
}

std::optional<CalendarUnit> calendar_unit(std::string_view text) noexcept
{
    if (const auto* const word = find_word(text)) {
        return word->unit;
    }
    const auto* const found = std::ranges::find_if(
        kWords, [&](const Word& row) { return row.definite && row.code == text; });
    return found == std::end(kWords) ? std::nullopt : std::optional(found->unit);
}

std::string_view unit_of_word(std::string_view word) noexcept
{
    const auto* const row = find_word(word);
    return row != nullptr && row->definite ? row->code : (row != nullptr ? row->word : word);
}

}  // namespace fhir::r4::fhirpath
