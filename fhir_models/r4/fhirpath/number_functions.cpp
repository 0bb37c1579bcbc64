#include <cmath>

#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/fhirpath/unit.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

constexpr int kMostPlaces = 31;

Collection decimal(const std::optional<Decimal>& number)
{
    return number ? one(Value::of(*number)) : Collection{};
}

Collection integer(const std::optional<Decimal>& number)
{
    if (!number) {
        return {};
    }
    auto value = Value::of(*number);
    value.kind = ValueKind::integer;
    return one(value);
}

/// The input as a number; nothing for nothing. Other kinds fail.
std::optional<Value> number_of(Evaluation& evaluation, const Collection& items, const Call& call)
{
    const auto value = evaluation.single(items, call.term.offset);
    if (value && !value->is_number() && value->kind != ValueKind::quantity) {
        evaluation.fail(call.term.offset, {"un número", "a number"});
        return std::nullopt;
    }
    return value;
}

Collection rounded(Evaluation& evaluation, const Call& call, Rounding rounding)
{
    const auto value = number_of(evaluation, call.input, call);
    return value ? integer(r4::fhirpath::round(value->number, 0, rounding)) : Collection{};
}

Collection by_double(Evaluation& evaluation, const Call& call, double (*function)(double))
{
    const auto value = number_of(evaluation, call.input, call);
    return value ? decimal(Decimal::from_double(function(to_double(value->number)))) : Collection{};
}

/// The edge of what a decimal may stand for: half a unit of its last place away.
std::optional<Decimal> edge_of(const Decimal& number, bool high, std::int64_t places)
{
    if (places < 0 || places > 28) {
        return std::nullopt;
    }
    const auto wide = r4::fhirpath::round(number, number.scale + 1, Rounding::truncate);
    if (!wide) {
        return std::nullopt;
    }
    const Decimal edge{wide->units + (high ? 5 : -5), wide->scale};
    const auto scale = static_cast<int>(places);
    // Fewer places than the edge has: outwards, but never across the number's own digits.
    return r4::fhirpath::round(edge, scale, high ? Rounding::up : Rounding::down);
}

Collection edge(Evaluation& evaluation, const Call& call, bool high)
{
    const auto value = evaluation.single(call.input, call.term.offset);
    std::optional<std::int64_t> places;
    if (!call.term.arguments.empty()) {
        places = evaluation.single_integer(evaluation.argument(call, 0), call.term.offset);
    }
    if (!value) {
        return {};
    }
    if (value->kind == ValueKind::temporal) {
        const bool time = value->temporal.kind == TemporalKind::time;
        const bool date = value->temporal.kind == TemporalKind::date;
        const auto digits = places.value_or(time ? 9 : (date ? 8 : 17));
        if (digits < 0 || digits > 17) {
            return {};
        }
        const auto found = boundary(value->temporal, high, static_cast<int>(digits));
        return found ? one(Value::of(*found)) : Collection{};
    }
    if (!value->is_number() && value->kind != ValueKind::quantity) {
        return {};
    }
    const auto found = edge_of(value->number, high, places.value_or(8));
    if (!found) {
        return {};
    }
    return value->kind == ValueKind::quantity ? one(Value::quantity(*found, value->text))
                                              : one(Value::of(*found));
}

}  // namespace

Collection abs(Evaluation& evaluation, const Call& call)
{
    auto value = number_of(evaluation, call.input, call);
    if (!value) {
        return {};
    }
    if (value->number.units < 0) {
        value->number = negate(value->number);
    }
    return one(*value);
}

Collection ceiling(Evaluation& evaluation, const Call& call)
{
    return rounded(evaluation, call, Rounding::up);
}
Collection floor(Evaluation& evaluation, const Call& call)
{
    return rounded(evaluation, call, Rounding::down);
}
Collection truncate(Evaluation& evaluation, const Call& call)
{
    return rounded(evaluation, call, Rounding::truncate);
}
Collection exp(Evaluation& evaluation, const Call& call)
{
    return by_double(evaluation, call, std::exp);
}
Collection ln(Evaluation& evaluation, const Call& call)
{
    return by_double(evaluation, call, std::log);
}
Collection sqrt(Evaluation& evaluation, const Call& call)
{
    return by_double(evaluation, call, std::sqrt);
}

Collection log(Evaluation& evaluation, const Call& call)
{
    const auto value = number_of(evaluation, call.input, call);
    const auto base = number_of(evaluation, evaluation.argument(call, 0), call);
    if (!value || !base) {
        return {};
    }
    return decimal(Decimal::from_double(std::log(to_double(value->number)) /
                                        std::log(to_double(base->number))));
}

Collection power(Evaluation& evaluation, const Call& call)
{
    const auto value = number_of(evaluation, call.input, call);
    const auto exponent = number_of(evaluation, evaluation.argument(call, 0), call);
    if (!value || !exponent) {
        return {};
    }
    const auto result =
        Decimal::from_double(std::pow(to_double(value->number), to_double(exponent->number)));
    const bool integers = value->kind == ValueKind::integer && exponent->kind == ValueKind::integer;
    return integers && result && result->scale == 0 ? integer(result) : decimal(result);
}

Collection round(Evaluation& evaluation, const Call& call)
{
    const auto value = number_of(evaluation, call.input, call);
    std::int64_t places = 0;
    if (!call.term.arguments.empty()) {
        places =
            evaluation.single_integer(evaluation.argument(call, 0), call.term.offset).value_or(0);
    }
    if (places < 0 || places > kMostPlaces) {
        return evaluation.fail(call.term.offset, {"0 a 31 decimales", "0 to 31 places"});
    }
    const auto scale = static_cast<int>(places);
    if (!value) {
        return {};
    }
    return decimal(scale >= value->number.scale
                       ? std::optional(value->number)
                       : r4::fhirpath::round(value->number, scale, Rounding::half_away));
}

Collection low_boundary(Evaluation& evaluation, const Call& call)
{
    return edge(evaluation, call, false);
}
Collection high_boundary(Evaluation& evaluation, const Call& call)
{
    return edge(evaluation, call, true);
}

Collection precision(Evaluation& evaluation, const Call& call)
{
    const auto value = evaluation.single(call.input, call.term.offset);
    if (!value) {
        return {};
    }
    if (value->kind == ValueKind::temporal) {
        return one(Value::of(std::int64_t{precision_digits(value->temporal)}));
    }
    return value->is_number() ? one(Value::of(std::int64_t{value->number.scale})) : Collection{};
}

Collection comparable(Evaluation& evaluation, const Call& call)
{
    const auto a = evaluation.single(call.input, call.term.offset);
    const auto b = evaluation.single(evaluation.argument(call, 0), call.term.offset);
    if (!a || !b || a->kind != ValueKind::quantity || b->kind != ValueKind::quantity) {
        return {};
    }
    const auto left = parse_unit(unit_of_word(a->text));
    const auto right = parse_unit(unit_of_word(b->text));
    return one(a->text == b->text || (left && right && left->measures_as(*right)));
}

}  // namespace fhir::r4::fhirpath::functions
