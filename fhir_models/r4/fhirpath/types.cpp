#include <array>

#include "fhir_models/r4/fhirpath/evaluation.hpp"

namespace fhir::r4::fhirpath {
namespace {

struct Derivation {
    std::string_view type;
    std::string_view base;
};

/// Where a type is derived from another than Element or DomainResource.
///
/// Source:  R4 datatypes.html, type hierarchy.
constexpr Derivation kDerivations[] = {
    {"code", "string"},
    {"id", "string"},
    {"markdown", "string"},
    {"canonical", "uri"},
    {"oid", "uri"},
    {"url", "uri"},
    {"uuid", "uri"},
    {"positiveInt", "integer"},
    {"unsignedInt", "integer"},
    {"Age", "Quantity"},
    {"Count", "Quantity"},
    {"Distance", "Quantity"},
    {"Duration", "Quantity"},
    {"Bundle", "Resource"},
    {"Binary", "Resource"},
    {"Parameters", "Resource"},
    {"DomainResource", "Resource"},
    {"Dosage", "BackboneElement"},
    {"Timing", "BackboneElement"},
    {"ElementDefinition", "BackboneElement"},
};

std::string_view base_of(std::string_view name, const Type& type) noexcept
{
    for (const auto& row : kDerivations) {
        if (row.type == name) {
            return row.base;
        }
    }
    if (type.kind == TypeKind::resource) {
        return name == "Resource" ? "" : "DomainResource";
    }
    return name == "Element" ? "" : "Element";
}

bool is_derived(const Value& value, std::string_view base) noexcept
{
    for (auto name = type_name(value); !name.empty(); name = base_of(name, *value.type)) {
        if (name == base) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_of(const Value& value, const TypeName& type, bool loose) noexcept
{
    if (value.kind != ValueKind::element) {
        return type.system && (type.name == type_name(value) || type.name == "Any");
    }
    if (value.type == nullptr) {
        return false;
    }
    if (type.fhir != nullptr && is_derived(value, type.name)) {
        return true;
    }
    // Invariants of R4 say Boolean for boolean.
    const auto system = loose && type.system ? to_system(value) : Value();
    return loose && type.system && value.is_primitive_element() &&
           system.kind != ValueKind::element && type_name(system) == type.name;
}

bool is_exactly(const Value& value, const TypeName& type) noexcept
{
    return value.kind == ValueKind::element
               ? type.fhir != nullptr && value.type != nullptr && type_name(value) == type.name
               : type.system && type_name(value) == type.name;
}

}  // namespace fhir::r4::fhirpath
