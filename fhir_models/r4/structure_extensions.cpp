#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/core_extensions.hpp"
#include "fhir_models/r4/structure_walk.hpp"

// The extensions R4 defines, where they stand, and the codes of its own systems.
namespace fhir::r4 {
namespace {

using base::Errc;

/// The types that are another type with less freedom.
struct Special {
    std::string_view type;
    std::string_view general;
};
constexpr std::array kSpecials{
    // clang-format off
    Special{"Age", "Quantity"},      Special{"Count", "Quantity"},   Special{"Distance", "Quantity"},
    Special{"Duration", "Quantity"}, Special{"code", "string"},      Special{"id", "string"},
    Special{"markdown", "string"},   Special{"url", "uri"},          Special{"canonical", "uri"},
    Special{"oid", "uri"},           Special{"uuid", "uri"},         Special{"positiveInt", "integer"},
    Special{"unsignedInt", "integer"},
    // clang-format on
};

std::string_view general_of(std::string_view type)
{
    const auto* const row = std::ranges::find(kSpecials, type, &Special::type);
    return row == kSpecials.end() ? std::string_view{} : row->general;
}

bool may_stand_on(const CoreExtension& extension, const Type& type, const Element* element)
{
    const auto on = [&](std::string_view context) { return lists(extension.contexts, context); };
    if (type.kind == TypeKind::resource && (on("Resource") || on("DomainResource"))) {
        return true;
    }
    return on("Element") || on(type.name) || on(general_of(type.name)) ||
           (type.kind == TypeKind::backbone && on("BackboneElement")) ||
           (element != nullptr && on(element->path)) ||
           (element != nullptr && element->stem_size != 0 &&
            on(std::string(element->path.substr(0, element->path.rfind('.') + 1))
                   .append(element->stem())
                   .append("[x]")));
}

}  // namespace

/// Each core extension of `owner` stands where it may and holds what it must.
void StructureWalk::extensions(const Node& owner, const Type& type, const Element* element,
                               const Place& place)
{
    const auto* const list = owner.find("extension");
    if (list == nullptr || &type == known_.extension || checks_ != Checks::all) {
        return;
    }
    std::ptrdiff_t index = 0;
    for (const auto& extension : *list) {
        const auto here = place.below("extension", index++);
        const auto* const core = find_core_extension(extension.text_of("url"));
        if (core == nullptr) {
            continue;
        }
        if (!may_stand_on(*core, type, element)) {
            findings_.add(Errc::unknown_element, extension, here,
                          {"una extensión de " + std::string(type.name),
                           "an extension of " + std::string(type.name)},
                          core->name);
        }
        extension_value(extension, *core, here);
    }
}

void StructureWalk::extension_value(const Node& extension, const CoreExtension& core,
                                    const Place& place)
{
    for (const auto& child : extension) {
        const auto* const value =
            child.name.starts_with("value") ? find_element(*known_.extension, child.name) : nullptr;
        if (value != nullptr && !lists(core.values, type_of(*value).name)) {
            const auto due = std::string(core.values.empty() ? core.parts : core.values);
            findings_.add(Errc::wrong_type, child, place.below(child.name), {due, due}, core.name);
        }
    }
    const auto* const nested = extension.find("extension");
    std::string_view parts = core.parts;
    while (!parts.empty()) {
        auto part = parts.substr(0, parts.find(' '));
        parts.remove_prefix(std::min(part.size() + 1, parts.size()));
        if (!part.ends_with('!')) {
            continue;
        }
        part.remove_suffix(1);
        bool there = false;
        if (nested != nullptr) {
            for (const auto& inner : *nested) {
                there = there || inner.text_of("url") == part;
            }
        }
        if (!there) {
            findings_.add(
                Errc::cardinality, extension, place.below("extension"),
                {"la extensión " + std::string(part), "the extension " + std::string(part)},
                core.name);
        }
    }
}

/// A Coding in a complete code system of FHIR itself has one of its codes.
void StructureWalk::coding(const Node& node, const Place& place)
{
    const auto* const code = node.find("code");
    const auto system = node.text_of("system");
    if (code != nullptr && !is_known_code(system, code->text)) {
        findings_.add(Errc::code_not_in_value_set, *code, place.below("code"),
                      {"un código de " + std::string(system), "a code of " + std::string(system)},
                      system);
    }
}

}  // namespace fhir::r4
