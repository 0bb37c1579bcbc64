#include "fhir_models/r4/fhirpath/evaluation.hpp"

#include "fhir_models/r4/fhirpath/unit.hpp"

namespace fhir::r4::fhirpath {
namespace {

Collection maybe(const std::optional<bool>& truth)
{
    return truth ? one(*truth) : Collection{};
}

Collection maybe(const std::optional<Decimal>& number, bool integer = false)
{
    if (!number) {
        return {};
    }
    auto value = Value::of(*number);
    value.kind = integer && number->scale == 0 ? ValueKind::integer : ValueKind::decimal;
    return one(value);
}

/// Whole collections: the same items in the same order.
std::optional<bool> equal(const Collection& left, const Collection& right)
{
    if (left.empty() || right.empty()) {
        return std::nullopt;
    }
    if (left.size() != right.size()) {
        return false;
    }
    std::optional<bool> all = true;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto same = equal(left[i], right[i]);
        if (same == false) {
            return false;
        }
        all = same ? all : same;
    }
    return all;
}

/// Whole collections: the same items in any order.
bool equivalent(Evaluation& evaluation, const Collection& left, const Collection& right,
                std::size_t offset)
{
    if (left.size() != right.size()) {
        return false;
    }
    std::vector<bool> taken(right.size());
    for (const auto& value : left) {
        bool found = false;
        for (std::size_t i = 0; i < right.size() && !found; ++i) {
            found = !taken[i] && evaluation.spend(1, offset) && equivalent(value, right[i]);
            taken[i] = taken[i] || found;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

Collection compare(Evaluation& evaluation, const Term& term, const Collection& left,
                   const Collection& right)
{
    const auto a = evaluation.single(left, term.offset);
    const auto b = evaluation.single(right, term.offset);
    if (!a || !b) {
        return {};
    }
    const auto found = order(*a, *b);
    if (!found.comparable) {
        return a->twin_only || b->twin_only
                   ? Collection{}
                   : evaluation.fail(term.offset, {"valores con orden", "values with an order"});
    }
    if (!found.sign) {
        return {};
    }
    switch (term.op) {
        case Op::less:
            return one(*found.sign < 0);
        case Op::less_or_equal:
            return one(*found.sign <= 0);
        case Op::greater:
            return one(*found.sign > 0);
        default:
            return one(*found.sign >= 0);
    }
}

/// Three-valued logic; `nothing` is the answer that is open.
Collection logic(Op op, std::optional<bool> a, std::optional<bool> b)
{
    switch (op) {
        case Op::logical_and:
            if (a == false || b == false) {
                return one(false);
            }
            return a && b ? one(true) : Collection{};
        case Op::logical_or:
            if (a == true || b == true) {
                return one(true);
            }
            return a && b ? one(false) : Collection{};
        case Op::logical_xor:
            return a && b ? one(*a != *b) : Collection{};
        default:
            if (a == false || b == true) {
                return one(true);
            }
            return a && b ? one(false) : Collection{};
    }
}

Collection add_time(Evaluation& evaluation, const Term& term, const Value& moment,
                    const Value& span)
{
    const auto unit = calendar_unit(span.text);
    const auto whole = round(span.number, 0, Rounding::truncate);
    const bool small = whole && whole->units < INT64_MAX && whole->units > INT64_MIN;
    if (!unit || !small) {
        return evaluation.fail(term.offset, {"una duración de calendario", "a calendar duration"});
    }
    const auto count = static_cast<std::int64_t>(whole->units);
    const auto sum = plus(moment.temporal, term.op == Op::subtract ? -count : count, *unit);
    return sum ? one(Value::of(*sum)) : Collection{};
}

std::optional<Decimal> calculate(Op op, const Decimal& a, const Decimal& b)
{
    switch (op) {
        case Op::add:
            return add(a, b);
        case Op::subtract:
            return add(a, negate(b));
        case Op::multiply:
            return multiply(a, b);
        case Op::divide:
            return divide(a, b);
        case Op::quotient:
            return quotient(a, b);
        default:
            return remainder(a, b);
    }
}

Collection calculate_quantity(Evaluation& evaluation, const Term& term, const Value& a,
                              const Value& b)
{
    const auto number = calculate(term.op, a.number, b.number);
    const auto left = std::string(a.kind == ValueKind::quantity ? unit_of_word(a.text) : "1");
    const auto right = std::string(b.kind == ValueKind::quantity ? unit_of_word(b.text) : "1");
    if (!number) {
        return {};
    }
    std::string unit = left;
    if (term.op == Op::multiply) {
        unit = left == "1" ? right : (right == "1" ? left : left + "." + right);
    } else if (term.op == Op::divide) {
        unit = right == "1" ? left : (left == right ? "1" : left + "/" + right);
    } else if (left != right) {
        return evaluation.fail(term.offset, {"la misma unidad", "the same unit"});
    }
    return one(Value::quantity(*number, evaluation.store().keep(std::move(unit))));
}

Collection arithmetic(Evaluation& evaluation, const Term& term, const Collection& left,
                      const Collection& right)
{
    const auto a = evaluation.single(left, term.offset);
    const auto b = evaluation.single(right, term.offset);
    if (!a || !b || evaluation.failed()) {
        return {};
    }
    if (a->is_number() && b->is_number()) {
        const bool integers = a->kind == ValueKind::integer && b->kind == ValueKind::integer;
        const bool integer = term.op == Op::quotient || (integers && term.op != Op::divide);
        return maybe(calculate(term.op, a->number, b->number), integer);
    }
    const bool sums = term.op == Op::add || term.op == Op::subtract;
    if (a->kind == ValueKind::string && b->kind == ValueKind::string && term.op == Op::add) {
        return one(evaluation.text(std::string(a->text) + std::string(b->text)));
    }
    if (a->kind == ValueKind::temporal && b->kind == ValueKind::quantity && sums) {
        return add_time(evaluation, term, *a, *b);
    }
    const bool quantities = (a->kind == ValueKind::quantity || a->is_number()) &&
                            (b->kind == ValueKind::quantity || b->is_number());
    if (quantities) {
        return calculate_quantity(evaluation, term, *a, *b);
    }
    return evaluation.fail(term.offset, {"números, textos o fechas", "numbers, strings or dates"});
}

Collection concatenate(Evaluation& evaluation, const Term& term, const Collection& left,
                       const Collection& right)
{
    const auto a = evaluation.single_text(left, term.offset).value_or("");
    const auto b = evaluation.single_text(right, term.offset).value_or("");
    return one(evaluation.text(std::string(a) + std::string(b)));
}

Collection member_of(Evaluation& evaluation, const Term& term, const Collection& value,
                     const Collection& items)
{
    if (value.empty()) {
        return {};
    }
    if (value.size() > 1) {
        return evaluation.fail(term.offset, {"un solo elemento", "a single item"});
    }
    evaluation.spend(items.size(), term.offset);
    return one(holds(items, value[0]));
}

Collection type_test(Evaluation& evaluation, const Term& term, const Collection& items)
{
    if (items.size() > 1) {
        return evaluation.fail(term.offset, {"un solo elemento", "a single item"});
    }
    if (items.empty()) {
        return {};
    }
    if (term.op == Op::is) {
        return one(is_of(items[0], term.type, evaluation.around().loose_types));
    }
    return is_exactly(items[0], term.type) ? items : Collection{};
}

Collection logical(Evaluation& evaluation, const Term& term, const Focus& focus)
{
    const auto a = evaluation.condition(evaluation.run(term.left, focus), term.offset);
    const bool decided = (term.op == Op::logical_and && a == false) ||
                         (term.op == Op::logical_or && a == true) ||
                         (term.op == Op::implies && a == false);
    if (decided || evaluation.failed()) {
        return logic(term.op, a, a);
    }
    const auto b = evaluation.condition(evaluation.run(term.right, focus), term.offset);
    return logic(term.op, a, b);
}

}  // namespace

Collection operate(Evaluation& evaluation, const Term& term, const Focus& focus)
{
    if (term.op >= Op::logical_and) {
        return logical(evaluation, term, focus);
    }
    const auto left = evaluation.run(term.left, focus);
    if (term.op == Op::is || term.op == Op::as) {
        return type_test(evaluation, term, left);
    }
    const auto right = evaluation.run(term.right, focus);
    if (evaluation.failed()) {
        return {};
    }
    switch (term.op) {
        case Op::equal:
            return maybe(equal(left, right));
        case Op::not_equal: {
            const auto same = equal(left, right);
            return same ? one(!*same) : Collection{};
        }
        case Op::equivalent:
            return one(equivalent(evaluation, left, right, term.offset));
        case Op::not_equivalent:
            return one(!equivalent(evaluation, left, right, term.offset));
        case Op::less:
        case Op::less_or_equal:
        case Op::greater:
        case Op::greater_or_equal:
            return compare(evaluation, term, left, right);
        case Op::in:
            return member_of(evaluation, term, left, right);
        case Op::contains:
            return member_of(evaluation, term, right, left);
        case Op::concatenate:
            return concatenate(evaluation, term, left, right);
        case Op::unite: {
            Collection all = left;
            all.insert(all.end(), right.begin(), right.end());
            return distinct_of(evaluation, all, term.offset);
        }
        default:
            return arithmetic(evaluation, term, left, right);
    }
}

Collection negated(Evaluation& evaluation, const Term& term, const Collection& items)
{
    auto value = evaluation.single(items, term.offset);
    if (!value) {
        return {};
    }
    if (!value->is_number() && value->kind != ValueKind::quantity) {
        return evaluation.fail(term.offset, {"un número", "a number"});
    }
    value->number = negate(value->number);
    return one(*value);
}

}  // namespace fhir::r4::fhirpath
