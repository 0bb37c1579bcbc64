#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/fhirpath/unit.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

using Converted = std::optional<Value>;

constexpr std::string_view kTrue[] = {"true", "t", "yes", "y", "1", "1.0"};
constexpr std::string_view kFalse[] = {"false", "f", "no", "n", "0", "0.0"};

Converted boolean(const Value& value)
{
    if (value.kind == ValueKind::boolean) {
        return value;
    }
    if (value.is_number()) {
        const bool whole = compare(value.number, Decimal::of(1)) == 0;
        const bool none = compare(value.number, Decimal::of(0)) == 0;
        return whole || none ? Converted(Value::of(whole)) : std::nullopt;
    }
    if (value.kind != ValueKind::string) {
        return std::nullopt;
    }
    const auto text = base::to_lower_ascii(value.text);
    if (std::ranges::count(kTrue, text) > 0) {
        return Value::of(true);
    }
    return std::ranges::count(kFalse, text) > 0 ? Converted(Value::of(false)) : std::nullopt;
}

Converted number(const Value& value, bool integer)
{
    if (value.kind == ValueKind::boolean) {
        auto one = value.truth ? Decimal::of(1) : Decimal::of(0);
        return integer ? Value::of(static_cast<std::int64_t>(one.units)) : Value::of(one);
    }
    if (value.is_number()) {
        const bool fits = !integer || value.kind == ValueKind::integer;
        auto out = value;
        out.kind = integer ? ValueKind::integer : ValueKind::decimal;
        return fits ? Converted(out) : std::nullopt;
    }
    const bool plain = value.kind == ValueKind::string &&
                       value.text.find_first_not_of("+-.0123456789") == std::string_view::npos;
    const auto parsed = plain ? Decimal::parse(value.text) : std::nullopt;
    if (!parsed || (integer && (parsed->scale > 0 || parsed->units > INT32_MAX ||
                                parsed->units < INT32_MIN))) {
        return std::nullopt;
    }
    auto out = Value::of(*parsed);
    out.kind = integer ? ValueKind::integer : ValueKind::decimal;
    return out;
}

Converted moment(const Value& value, TemporalKind kind)
{
    if (value.kind == ValueKind::temporal) {
        if (value.temporal.kind == kind) {
            return value;
        }
        auto out = value;
        out.temporal.kind = kind;
        if (kind == TemporalKind::date && value.temporal.kind == TemporalKind::date_time) {
            out.temporal.precision = std::min(out.temporal.precision, Precision::day);
            out.temporal.has_zone = false;
            return out;
        }
        const bool widens =
            kind == TemporalKind::date_time && value.temporal.kind == TemporalKind::date;
        return widens ? Converted(out) : std::nullopt;
    }
    if (value.kind != ValueKind::string) {
        return std::nullopt;
    }
    auto parsed = kind == TemporalKind::time ? Temporal::parse_time(value.text)
                                             : Temporal::parse_date_time(value.text);
    if (parsed && kind == TemporalKind::date) {
        parsed->kind = kind;
        parsed->precision = std::min(parsed->precision, Precision::day);
        parsed->has_zone = false;
    }
    return parsed ? Converted(Value::of(*parsed)) : std::nullopt;
}

/// "10", "10 'mg'", "4 days".
Converted quantity(const Value& value)
{
    if (value.kind == ValueKind::quantity) {
        return value;
    }
    if (value.kind == ValueKind::boolean || value.is_number()) {
        const auto amount = number(value, false);
        return Value::quantity(amount->number, "1");
    }
    if (value.kind != ValueKind::string) {
        return std::nullopt;
    }
    const auto text = value.text;
    const auto end = text.find_first_not_of("+-.0123456789");
    const auto amount = Decimal::parse(text.substr(0, end));
    auto unit = end == std::string_view::npos ? std::string_view{} : base::trim(text.substr(end));
    if (!amount || (end != std::string_view::npos && unit.empty())) {
        return std::nullopt;
    }
    if (unit.size() > 1 && unit.front() == '\'' && unit.back() == '\'') {
        unit = unit.substr(1, unit.size() - 2);
        return unit.empty() ? std::nullopt : Converted(Value::quantity(*amount, unit));
    }
    const bool word = unit.size() > 2 && calendar_unit(unit) && unit != "min";
    if (!unit.empty() && !word) {
        return std::nullopt;
    }
    return Value::quantity(*amount, unit.empty() ? "1" : unit);
}

Collection converted(Evaluation& evaluation, const Call& call, Converted (*convert)(const Value&))
{
    const auto value = evaluation.single(call.input, call.term.offset);
    const auto out = value ? convert(*value) : std::nullopt;
    return out ? one(*out) : Collection{};
}

Collection converts(Evaluation& evaluation, const Call& call, Converted (*convert)(const Value&))
{
    const auto value = evaluation.single(call.input, call.term.offset);
    return value ? one(convert(*value).has_value()) : Collection{};
}

Converted integer_of(const Value& value)
{
    return number(value, true);
}
Converted decimal_of(const Value& value)
{
    return number(value, false);
}
Converted date_of(const Value& value)
{
    return moment(value, TemporalKind::date);
}
Converted date_time_of(const Value& value)
{
    return moment(value, TemporalKind::date_time);
}
Converted time_of(const Value& value)
{
    return moment(value, TemporalKind::time);
}

}  // namespace

Collection to_boolean(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, boolean);
}
Collection to_integer(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, integer_of);
}
Collection to_decimal(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, decimal_of);
}
Collection to_date(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, date_of);
}
Collection to_date_time(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, date_time_of);
}
Collection to_time(Evaluation& evaluation, const Call& call)
{
    return converted(evaluation, call, time_of);
}

Collection to_quantity(Evaluation& evaluation, const Call& call)
{
    auto out = converted(evaluation, call, quantity);
    if (out.empty() || call.term.arguments.empty()) {
        return out;
    }
    const auto unit = evaluation.single_text(evaluation.argument(call, 0), call.term.offset);
    const auto from = parse_unit(unit_of_word(out[0].text));
    const auto to = unit ? parse_unit(unit_of_word(*unit)) : std::nullopt;
    if (!from || !to || !from->measures_as(*to)) {
        return unit && *unit == out[0].text ? out : Collection{};
    }
    const auto base = multiply(out[0].number, from->factor);
    const auto amount = base ? divide(*base, to->factor) : std::nullopt;
    return amount ? one(Value::quantity(*amount, *unit)) : Collection{};
}

Collection to_string(Evaluation& evaluation, const Call& call)
{
    const auto value = evaluation.single(call.input, call.term.offset);
    auto text = value ? to_text(*value) : std::nullopt;
    return text ? one(evaluation.text(*std::move(text))) : Collection{};
}

Collection converts_to_boolean(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, boolean);
}
Collection converts_to_integer(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, integer_of);
}
Collection converts_to_decimal(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, decimal_of);
}
Collection converts_to_date(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, date_of);
}
Collection converts_to_date_time(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, date_time_of);
}
Collection converts_to_time(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, time_of);
}
Collection converts_to_quantity(Evaluation& evaluation, const Call& call)
{
    return converts(evaluation, call, quantity);
}

Collection converts_to_string(Evaluation& evaluation, const Call& call)
{
    const auto value = evaluation.single(call.input, call.term.offset);
    return value ? one(to_text(*value).has_value()) : Collection{};
}

}  // namespace fhir::r4::fhirpath::functions
