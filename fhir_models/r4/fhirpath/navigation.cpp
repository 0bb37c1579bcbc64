#include "fhir_models/r4/fhirpath/evaluation.hpp"

#include <algorithm>

namespace fhir::r4::fhirpath {
namespace {

/// The properties that make one element: its value and what stands beside it.
struct Properties {
    const Element* element = nullptr;
    const Node* value = nullptr;
    const Node* twin = nullptr;
};

const Type* extension_type()
{
    static const Type* const kType = find_type("Extension");
    return kType;
}

const Type* string_type()
{
    static const Type* const kType = find_type("string");
    return kType;
}

void append_complex(const Node& node, const Type* type, Collection& out)
{
    if (type != nullptr && type->kind == TypeKind::resource) {
        type = find_resource(node.text_of("resourceType"));
    }
    auto& value = out.emplace_back();
    value.kind = ValueKind::element;
    value.node = &node;
    value.type = type;
}

void append_primitive(const Node* node, const Node* twin, const Type* type, Collection& out)
{
    const bool valued = node != nullptr && node->kind != Kind::null;
    const bool beside = twin != nullptr && twin->kind == Kind::object;
    if (!valued && !beside) {
        return;
    }
    auto& value = out.emplace_back();
    value.kind = ValueKind::element;
    value.type = type;
    value.node = valued ? node : twin;
    value.twin = beside ? twin : nullptr;
    value.twin_only = !valued;
}

void append_properties(const Properties& found, Collection& out)
{
    const auto* const type = found.element != nullptr ? &type_of(*found.element) : nullptr;
    const bool primitive = type != nullptr && type->kind == TypeKind::primitive;
    const auto* const any = found.value != nullptr ? found.value : found.twin;
    if (any->kind != Kind::array) {
        if (primitive) {
            append_primitive(found.value, found.twin, type, out);
        } else {
            append_complex(*any, type, out);
        }
        return;
    }
    const auto* item = found.value != nullptr ? found.value->first : nullptr;
    const auto* beside = found.twin != nullptr ? found.twin->first : nullptr;
    while (item != nullptr || (primitive && beside != nullptr)) {
        if (primitive) {
            append_primitive(item, beside, type, out);
        } else {
            append_complex(*item, type, out);
        }
        item = item != nullptr ? item->next : nullptr;
        beside = beside != nullptr ? beside->next : nullptr;
    }
}

/// Whether the property `json_name` of `type` is the element `name`, of a choice or not.
const Element* element_named(const Type& type, std::string_view json_name, std::string_view name)
{
    const auto* const element = find_element(type, json_name);
    return element != nullptr && element->stem() == name ? element : nullptr;
}

void append_extensions(const Node& object, std::string_view name, Collection& out)
{
    const auto* const found = object.find(name);
    if (found == nullptr) {
        return;
    }
    if (name == "id") {
        append_primitive(found, nullptr, string_type(), out);
    } else if (name == "extension" && found->kind == Kind::array) {
        for (const auto& item : *found) {
            append_complex(item, extension_type(), out);
        }
    }
}

}  // namespace

void append_members(const Value& parent, std::string_view name, Collection& out)
{
    if (parent.kind == ValueKind::type) {
        if (name == "name" || name == "namespace") {
            out.push_back(
                Value::string(name == "name" ? parent.text : (parent.truth ? "System" : "FHIR")));
        }
        return;
    }
    if (parent.kind != ValueKind::element) {
        return;
    }
    if (parent.is_primitive_element()) {
        if (parent.twin != nullptr) {
            append_extensions(*parent.twin, name, out);
        }
        return;
    }
    Properties found;
    for (const auto& child : *parent.node) {
        const bool twin = child.name.starts_with('_');
        const auto json_name = twin ? child.name.substr(1) : child.name;
        if (!json_name.starts_with(name)) {
            continue;
        }
        const auto* const element =
            parent.type != nullptr ? element_named(*parent.type, json_name, name) : nullptr;
        if (element == nullptr && (parent.type != nullptr || json_name.size() != name.size())) {
            continue;
        }
        found.element = element;
        (twin ? found.twin : found.value) = &child;
    }
    if (found.value != nullptr || found.twin != nullptr) {
        append_properties(found, out);
    }
}

void append_children(const Value& parent, Collection& out)
{
    if (parent.kind != ValueKind::element) {
        return;
    }
    if (parent.is_primitive_element()) {
        if (parent.twin != nullptr) {
            append_extensions(*parent.twin, "id", out);
            append_extensions(*parent.twin, "extension", out);
        }
        return;
    }
    for (const auto& child : *parent.node) {
        const bool twin = child.name.starts_with('_');
        const auto json_name = twin ? child.name.substr(1) : child.name;
        if (json_name == "resourceType" && parent.type != nullptr &&
            parent.type->kind == TypeKind::resource) {
            continue;
        }
        Properties found;
        found.element = parent.type != nullptr ? find_element(*parent.type, json_name) : nullptr;
        found.value = twin ? nullptr : &child;
        if (found.element != nullptr && type_of(*found.element).kind == TypeKind::primitive) {
            for (const auto& other : *parent.node) {
                const bool pair =
                    twin ? other.name == json_name
                         : other.name.starts_with('_') && other.name.substr(1) == json_name;
                found.twin = pair ? &other : found.twin;
            }
            if (twin && found.twin != nullptr) {
                continue;  // told with its value
            }
            found.twin = twin ? &child : found.twin;
        } else if (twin) {
            continue;
        }
        append_properties(found, out);
    }
}

bool has_member(const Type& type, std::string_view name) noexcept
{
    const auto* const exact = find_element(type, name);
    return (exact != nullptr && exact->stem_size == 0) ||
           std::ranges::any_of(elements_of(type),
                               [&](const Element& element) { return element.stem() == name; });
}

}  // namespace fhir::r4::fhirpath
