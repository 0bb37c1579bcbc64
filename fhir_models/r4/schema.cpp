#include "fhir_models/r4/schema.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace fhir::r4 {
namespace {

// clang-format off
#include "fhir_models/r4/schema_r4.inc"
#include "fhir_models/r4/value_sets_r4.inc"
// clang-format on

static_assert(kTypes[static_cast<std::size_t>(Primitive::xhtml)].name == "xhtml");

/// One step of a path and whether it has an index.
struct Step {
    std::string_view name;
    bool indexed = false;
    bool valid = true;
};

Step parse_step(std::string_view text)
{
    const auto bracket = text.find('[');
    if (bracket == std::string_view::npos) {
        return {text};
    }
    const auto index = text.substr(bracket);
    const bool valid = index.size() > 2 && index.back() == ']' &&
                       base::is_digits(index.substr(1, index.size() - 2));
    return {text.substr(0, bracket), true, valid};
}

}  // namespace

bool ValueSet::has(std::string_view code) const noexcept
{
    const auto* const codes = kCodes + first_code;
    return find_name(index, kCodeSlots, code,
                     [&](std::size_t n) { return codes[n].code == code; }) >= 0;
}

bool ValueSet::has(std::string_view system, std::string_view code) const noexcept
{
    return std::ranges::any_of(std::span(kCodes + first_code, code_count), [&](const Code& row) {
        return row.code == code && kCodeSystems[row.system] == system;
    });
}

const Type* find_type(std::string_view name) noexcept
{
    const auto found = find_name(kTypeIndex, kNameSlots, name,
                                 [&](std::size_t n) { return kTypes[n].name == name; });
    return found < 0 ? nullptr : &kTypes[found];
}

const Type* find_resource(std::string_view name) noexcept
{
    const auto* const type = find_type(name);
    return type != nullptr && type->kind == TypeKind::resource && !type->abstract ? type : nullptr;
}

const Element* find_element(const Type& type, std::string_view name) noexcept
{
    const auto* const elements = kElements + type.first_element;
    const auto found = find_name(type.index, kNameSlots, name,
                                 [&](std::size_t n) { return elements[n].name() == name; });
    return found < 0 ? nullptr : elements + found;
}

std::span<const Element> elements_of(const Type& type) noexcept
{
    return {kElements + type.first_element, type.element_count};
}

const Type& type_of(const Element& element) noexcept
{
    return kTypes[element.type];
}

Primitive primitive_of(const Type& type) noexcept
{
    return static_cast<Primitive>(&type - kTypes);
}

const Type& target_of(const Element& element, std::size_t n) noexcept
{
    return kTypes[kTargets[element.first_target + n]];
}

const ValueSet* value_set_of(const Element& element) noexcept
{
    return element.value_set == 0 ? nullptr : &kValueSets[element.value_set - 1];
}

const ValueSet* find_value_set(std::string_view url) noexcept
{
    const auto* const found = std::ranges::find(kValueSets, url, &ValueSet::url);
    return found == std::end(kValueSets) ? nullptr : found;
}

std::span<const Type> all_types() noexcept
{
    return kTypes;
}

std::span<const ValueSet> all_value_sets() noexcept
{
    return kValueSets;
}

base::Result<const Element*> resolve(std::string_view path)
{
    auto end = path.find('.');
    const auto* type = find_type(path.substr(0, end));
    if (type == nullptr) {
        return base::fail(base::Errc::unknown_resource, std::string(path.substr(0, end)),
                          {"un tipo de FHIR R4", "a type of FHIR R4"});
    }
    const Element* element = nullptr;
    while (end != std::string_view::npos) {
        const auto begin = end + 1;
        end = path.find('.', begin);
        const auto step = parse_step(path.substr(begin, end - begin));
        element = step.valid ? find_element(*type, step.name) : nullptr;
        const auto here = std::string(path.substr(0, end));
        if (element == nullptr) {
            return base::fail(base::Errc::unknown_element, here,
                              {"un elemento de " + std::string(type->name),
                               "an element of " + std::string(type->name)});
        }
        if (step.indexed && !element->repeats()) {
            return base::fail(base::Errc::cardinality, here,
                              {"un elemento sin repeticiones", "an element that does not repeat"});
        }
        type = &type_of(*element);
    }
    if (element == nullptr) {
        return base::fail(base::Errc::unknown_element, std::string(path),
                          {"un elemento tras el tipo", "an element after the type"});
    }
    return element;
}

}  // namespace fhir::r4
