#include "fhir_models/r4/fhirpath/value.hpp"

#include <array>

#include "fhir_models/r4/fhirpath/unit.hpp"

namespace fhir::r4::fhirpath {
namespace {

constexpr std::string_view kUcum = "http://unitsofmeasure.org";

bool is_quantity_type(const Type& type) noexcept
{
    return type.name == "Quantity" || type.name == "Age" || type.name == "Count" ||
           type.name == "Distance" || type.name == "Duration";
}

/// A Quantity of FHIR: its code when that is UCUM, else its unit.
Value quantity_of(const Value& element)
{
    const auto* const number = element.node->find("value");
    const auto value = number != nullptr ? Decimal::parse(number->text) : std::nullopt;
    if (!value || element.node->find("comparator") != nullptr) {
        return element;
    }
    const auto code = element.node->text_of("code");
    const auto system = element.node->text_of("system");
    const bool coded = !code.empty() && (system == kUcum || system.empty());
    const auto unit = coded ? code : element.node->text_of("unit");
    return Value::quantity(*value, unit.empty() ? "1" : unit);
}

Value temporal_of(const Value& element, Primitive type)
{
    const auto text = element.node->text;
    const auto value = type == Primitive::date   ? Temporal::parse_date(text)
                       : type == Primitive::time ? Temporal::parse_time(text)
                                                 : Temporal::parse_date_time(text);
    return value ? Value::of(*value) : element;
}

Value number_of(const Value& element, bool integer)
{
    const auto number = Decimal::parse(element.node->text);
    if (!number) {
        return element;
    }
    auto value = Value::of(*number);
    value.kind = integer && number->scale == 0 ? ValueKind::integer : ValueKind::decimal;
    return value;
}

}  // namespace

Value Value::of(bool truth) noexcept
{
    Value value;
    value.truth = truth;
    return value;
}

Value Value::of(std::int64_t integer) noexcept
{
    Value value;
    value.kind = ValueKind::integer;
    value.number = Decimal::of(integer);
    return value;
}

Value Value::of(const Decimal& number) noexcept
{
    Value value;
    value.kind = ValueKind::decimal;
    value.number = number;
    return value;
}

Value Value::of(const Temporal& temporal) noexcept
{
    Value value;
    value.kind = ValueKind::temporal;
    value.temporal = temporal;
    return value;
}

Value Value::string(std::string_view text) noexcept
{
    Value value;
    value.kind = ValueKind::string;
    value.text = text;
    return value;
}

Value Value::quantity(const Decimal& number, std::string_view unit) noexcept
{
    Value value;
    value.kind = ValueKind::quantity;
    value.number = number;
    value.text = unit;
    return value;
}

Value Value::element(const Node& node, const Type& type) noexcept
{
    Value value;
    value.kind = ValueKind::element;
    value.node = &node;
    value.type = &type;
    return value;
}

Value to_system(const Value& value)
{
    if (value.kind != ValueKind::element || value.type == nullptr || value.twin_only) {
        return value;
    }
    if (value.type->kind != TypeKind::primitive) {
        return value.type->kind == TypeKind::complex && is_quantity_type(*value.type)
                   ? quantity_of(value)
                   : value;
    }
    switch (const auto type = primitive_of(*value.type)) {
        case Primitive::boolean:
            return Value::of(value.node->text == "true");
        case Primitive::decimal:
            return number_of(value, false);
        case Primitive::integer:
        case Primitive::positive_int:
        case Primitive::unsigned_int:
            return number_of(value, true);
        case Primitive::date:
        case Primitive::date_time:
        case Primitive::instant:
        case Primitive::time:
            return temporal_of(value, type);
        default:
            return Value::string(value.node->text);
    }
}

std::string_view type_name(const Value& value) noexcept
{
    constexpr std::array<std::string_view, 3> kTemporals{"Date", "DateTime", "Time"};
    switch (value.kind) {
        case ValueKind::boolean:
            return "Boolean";
        case ValueKind::integer:
            return "Integer";
        case ValueKind::decimal:
            return "Decimal";
        case ValueKind::string:
            return "String";
        case ValueKind::temporal:
            return kTemporals[static_cast<std::size_t>(value.temporal.kind)];
        case ValueKind::quantity:
            return "Quantity";
        case ValueKind::type:
            return "SimpleTypeInfo";
        case ValueKind::element:
            break;
    }
    if (value.type == nullptr) {
        return "Element";
    }
    return value.type->kind == TypeKind::backbone ? "BackboneElement" : value.type->name;
}

bool is_system(const Value& value) noexcept
{
    return value.kind != ValueKind::element;
}

std::optional<std::string> to_text(const Value& value)
{
    const auto system = to_system(value);
    switch (system.kind) {
        case ValueKind::boolean:
            return system.truth ? "true" : "false";
        case ValueKind::integer:
        case ValueKind::decimal:
            return to_text(system.number);
        case ValueKind::string:
        case ValueKind::type:
            return std::string(system.text);
        case ValueKind::temporal:
            return to_text(system.temporal);
        case ValueKind::quantity: {
            const bool word = calendar_unit(system.text) && system.text.size() > 3;
            const std::string quote = word ? "" : "'";
            return to_text(system.number) + " " + quote + std::string(system.text) + quote;
        }
        case ValueKind::element:
            break;
    }
    return std::nullopt;
}

}  // namespace fhir::r4::fhirpath
