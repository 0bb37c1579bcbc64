#pragma once

#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "fhir_models/r4/fhirpath/decimal.hpp"
#include "fhir_models/r4/fhirpath/temporal.hpp"
#include "fhir_models/r4/node.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4::fhirpath {

enum class ValueKind : std::uint8_t {
    boolean,
    integer,
    decimal,
    string,
    temporal,
    quantity,
    type,  ///< what type() gives: text = name, truth = of namespace System
    element,
};

/// One item of a collection: a value of System, or an element of the tree with its FHIR type.
///
/// Owns:  nothing; texts live in the tree, in the expression or in the Store of the evaluation.
struct Value {
    ValueKind kind = ValueKind::boolean;
    bool truth = false;
    bool twin_only = false;      ///< a primitive without value
    const Type* type = nullptr;  ///< of an element
    const Node* node = nullptr;  ///< of an element: its value, or its twin when it has none
    const Node* twin = nullptr;  ///< of a primitive element: its id and extensions
    std::string_view text;       ///< of a string; unit of a quantity
    union {
        Decimal number;  ///< of an integer, decimal or quantity
        Temporal temporal;
    };

    Value() : number{} {}
    [[nodiscard]] static Value of(bool truth) noexcept;
    [[nodiscard]] static Value of(std::int64_t integer) noexcept;
    [[nodiscard]] static Value of(const Decimal& number) noexcept;
    [[nodiscard]] static Value of(const Temporal& temporal) noexcept;
    [[nodiscard]] static Value string(std::string_view text) noexcept;
    [[nodiscard]] static Value quantity(const Decimal& number, std::string_view unit) noexcept;
    [[nodiscard]] static Value element(const Node& node, const Type& type) noexcept;

    [[nodiscard]] bool is_number() const noexcept
    {
        return kind == ValueKind::integer || kind == ValueKind::decimal;
    }
    [[nodiscard]] bool is_primitive_element() const noexcept
    {
        return kind == ValueKind::element && type != nullptr && type->kind == TypeKind::primitive;
    }
};

using Collection = boost::container::small_vector<Value, 2>;

/// Texts made while an expression is evaluated.
class Store {
public:
    std::string_view keep(std::string text) { return texts_.emplace_front(std::move(text)); }

private:
    std::forward_list<std::string> texts_;  // nothing until the first
};

/// A primitive element or a Quantity as the value of System it stands for; everything else as it
/// is.
[[nodiscard]] Value to_system(const Value& value);

/// FHIRPath's name of a value's type: "Integer", "HumanName"; namespace System or FHIR.
[[nodiscard]] std::string_view type_name(const Value& value) noexcept;
[[nodiscard]] bool is_system(const Value& value) noexcept;

/// `=`: nothing when the values leave it open.
[[nodiscard]] std::optional<bool> equal(const Value& a, const Value& b);
/// `~`.
[[nodiscard]] bool equivalent(const Value& a, const Value& b);
/// Negative, 0 or positive. `comparable` is false for kinds that have no order between them.
struct Order {
    bool comparable = true;
    std::optional<int> sign;
};
[[nodiscard]] Order order(const Value& a, const Value& b);

/// The text of a value as toString() gives it; nothing for a complex element.
[[nodiscard]] std::optional<std::string> to_text(const Value& value);

}  // namespace fhir::r4::fhirpath
