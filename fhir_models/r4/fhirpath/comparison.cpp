#include <algorithm>
#include <vector>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/fhirpath/unit.hpp"
#include "fhir_models/r4/fhirpath/value.hpp"

namespace fhir::r4::fhirpath {
namespace {

/// Two quantities in one unit; nothing when they measure different things.
struct Measures {
    Decimal a;
    Decimal b;
};

std::optional<Measures> in_one_unit(const Value& a, const Value& b)
{
    const auto left_code = unit_of_word(a.text);
    const auto right_code = unit_of_word(b.text);
    if (left_code == right_code) {
        return Measures{a.number, b.number};
    }
    const auto left = parse_unit(left_code);
    const auto right = parse_unit(right_code);
    if (!left || !right || !left->measures_as(*right)) {
        return std::nullopt;
    }
    const auto first = multiply(a.number, left->factor);
    const auto second = multiply(b.number, right->factor);
    return first && second ? std::optional(Measures{*first, *second}) : std::nullopt;
}

/// Months and years by the calendar are no definite spans.
bool is_vague(std::string_view unit) noexcept
{
    return unit_of_word(unit) == "month" || unit_of_word(unit) == "year";
}

/// Equal when rounded to the places of the less precise of the two.
bool equivalent_numbers(const Decimal& a, const Decimal& b)
{
    const auto places = std::min(trimmed(a).scale, trimmed(b).scale);
    const auto left = round(a, places, Rounding::half_away);
    const auto right = round(b, places, Rounding::half_away);
    return left && right && compare(*left, *right) == 0;
}

bool equivalent_quantities(const Value& a, const Value& b)
{
    const auto left = parse_unit(unit_of_word(a.text));
    const auto right = parse_unit(unit_of_word(b.text));
    if (a.text == b.text || !left || !right) {
        return unit_of_word(a.text) == unit_of_word(b.text) &&
               equivalent_numbers(a.number, b.number);
    }
    // b in the unit of a, so that the places that were written count.
    const auto base = multiply(b.number, right->factor);
    const auto converted = base ? divide(*base, left->factor) : std::nullopt;
    return left->measures_as(*right) && converted && equivalent_numbers(a.number, *converted);
}

/// Case and runs of blanks do not count.
std::string normalised(std::string_view text)
{
    std::string out;
    bool blank = false;
    const auto lower = base::to_lower_ascii(text);
    for (const char c : base::trim(lower)) {
        const bool now = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!now || !blank) {
            out.push_back(now ? ' ' : c);
        }
        blank = now;
    }
    return out;
}

bool equal_nodes(const Node& a, const Node& b)
{
    if (a.kind != b.kind || (a.kind != Kind::number && a.text != b.text)) {
        return false;
    }
    if (a.kind == Kind::number) {
        const auto left = Decimal::parse(a.text);
        const auto right = Decimal::parse(b.text);
        return left && right ? compare(*left, *right) == 0 : a.text == b.text;
    }
    std::size_t count = 0;
    if (a.kind == Kind::array) {
        const auto* other = b.first;
        for (const auto& item : a) {
            if (other == nullptr || !equal_nodes(item, *other)) {
                return false;
            }
            other = other->next;
        }
        return other == nullptr;
    }
    for (const auto& child : a) {
        const auto* const other = b.find(child.name);
        if (other == nullptr || !equal_nodes(child, *other)) {
            return false;
        }
        ++count;
    }
    return b.size() == count;
}

}  // namespace

std::optional<bool> equal(const Value& a, const Value& b)
{
    const auto left = to_system(a);
    const auto right = to_system(b);
    if (left.kind == ValueKind::element || right.kind == ValueKind::element) {
        return left.kind == right.kind && left.node != nullptr && right.node != nullptr &&
               (left.node == right.node || equal_nodes(*left.node, *right.node));
    }
    if (left.is_number() && right.is_number()) {
        return compare(left.number, right.number) == 0;
    }
    if (left.kind != right.kind) {
        return false;
    }
    switch (left.kind) {
        case ValueKind::boolean:
            return left.truth == right.truth;
        case ValueKind::temporal: {
            const bool times = left.temporal.kind == TemporalKind::time;
            if (times != (right.temporal.kind == TemporalKind::time)) {
                return false;
            }
            const auto sign = compare(left.temporal, right.temporal);
            return sign ? std::optional(*sign == 0) : std::nullopt;
        }
        case ValueKind::quantity: {
            if (is_vague(left.text) != is_vague(right.text)) {
                return std::nullopt;  // 1 month and 1 'mo'
            }
            const auto measures = in_one_unit(left, right);
            return measures && compare(measures->a, measures->b) == 0;
        }
        default:
            return left.text == right.text;
    }
}

bool equivalent(const Value& a, const Value& b)
{
    const auto left = to_system(a);
    const auto right = to_system(b);
    if (left.is_number() && right.is_number()) {
        return equivalent_numbers(left.number, right.number);
    }
    if (left.kind != right.kind) {
        return false;
    }
    switch (left.kind) {
        case ValueKind::string:
            return normalised(left.text) == normalised(right.text);
        case ValueKind::temporal:
            return equivalent(left.temporal, right.temporal);
        case ValueKind::quantity:
            return equivalent_quantities(left, right);
        default:
            return equal(left, right).value_or(false);
    }
}

Order order(const Value& a, const Value& b)
{
    const auto left = to_system(a);
    const auto right = to_system(b);
    if (left.is_number() && right.is_number()) {
        return {true, compare(left.number, right.number)};
    }
    if (left.kind != right.kind) {
        return {false, {}};
    }
    switch (left.kind) {
        case ValueKind::string:
            return {true, left.text.compare(right.text)};
        case ValueKind::temporal: {
            const bool times = left.temporal.kind == TemporalKind::time;
            const bool comparable = times == (right.temporal.kind == TemporalKind::time);
            return {comparable, compare(left.temporal, right.temporal)};
        }
        case ValueKind::quantity: {
            const auto measures = in_one_unit(left, right);
            return {true,
                    measures ? std::optional(compare(measures->a, measures->b)) : std::nullopt};
        }
        default:
            return {false, {}};
    }
}

}  // namespace fhir::r4::fhirpath
