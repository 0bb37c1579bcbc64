#include "mapping/plan_target.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

/// One step: `name`, `name[n]`, with `->Type` after it when it hops.
struct Step {
    std::string_view name;
    std::string_view index;  ///< empty: the first
    std::string_view hop;
};

std::optional<Step> take_step(std::string_view& path)
{
    Step step;
    auto end = std::min(path.find_first_of(".["), path.find("->"));
    step.name = path.substr(0, end);
    path.remove_prefix(std::min(end, path.size()));
    if (path.starts_with('[')) {
        const auto close = path.find(']');
        if (close == std::string_view::npos || close == 1) {
            return std::nullopt;
        }
        step.index = path.substr(1, close - 1);
        path.remove_prefix(close + 1);
    }
    if (path.starts_with("->")) {
        path.remove_prefix(2);
        end = path.find('.');
        step.hop = path.substr(0, end);
        path.remove_prefix(std::min(end, path.size()));
    }
    if (path.starts_with('.')) {
        path.remove_prefix(1);
        if (path.empty()) {
            return std::nullopt;
        }
    } else if (!path.empty()) {
        return std::nullopt;
    }
    return step.name.empty() ? std::nullopt : std::optional(step);
}

base::Text unknown(std::string_view type, std::string_view name)
{
    const std::string what = std::string(type) + " (" + std::string(name) + ")";
    return {"un elemento de " + what, "an element of " + what};
}

bool may_name(const r4::Element& element, const r4::Type& target)
{
    if (element.targets == 0) {
        return true;
    }
    for (std::size_t i = 0; i < element.targets; ++i) {
        const auto& allowed = r4::target_of(element, i);
        if (allowed.name == target.name || allowed.name == "Resource") {
            return true;
        }
    }
    return false;
}

/// The slot of that step below `parent`, found or added.
std::uint32_t find_or_add(Map& map, Slot slot, std::string_view index,
                          std::vector<std::string>& keys)
{
    auto key = std::to_string(slot.parent) + "." + std::string(slot.name) + "[" +
               std::string(index.empty() ? "1" : index) + "]" + (slot.extension ? "_" : "") +
               std::string(slot.hop ? slot.type->name : std::string_view{});
    const auto found = std::ranges::find(keys, key);
    if (found != keys.end()) {
        return static_cast<std::uint32_t>(found - keys.begin());
    }
    slot.depth = static_cast<std::uint16_t>(map.slots[slot.parent].depth + 1);
    map.slots.push_back(slot);
    keys.push_back(std::move(key));
    return static_cast<std::uint32_t>(map.slots.size() - 1);
}

}  // namespace

const r4::Type* type_of_map(std::string_view name) noexcept
{
    const auto open = name.find('[');
    if (open == std::string_view::npos || !name.ends_with(']')) {
        return nullptr;
    }
    const auto inside = name.substr(open + 1, name.size() - open - 2);
    return r4::find_type(inside.substr(0, inside.find('-')));
}

tl::expected<std::uint32_t, base::Text> add_target(Map& map, std::string_view path)
{
    std::uint32_t at = 0;
    if (path == "$this") {
        return at;
    }
    while (!path.empty()) {
        const auto step = take_step(path);
        const auto* const type = map.slots[at].type;
        if (!step || type == nullptr) {
            return tl::unexpected(
                base::Text{"una ruta como name[1].family", "a path such as name[1].family"});
        }
        const auto* const element = r4::find_element(*type, step->name);
        if (element == nullptr) {
            return tl::unexpected(unknown(type->name, step->name));
        }
        Slot slot{.name = element->name(), .element = element, .type = &r4::type_of(*element)};
        slot.parent = at;
        slot.array = element->repeats();
        slot.choice = element->stem_size > 0;
        if (!step->index.empty() && !slot.array && step->index != "1") {
            return tl::unexpected(base::Text{std::string(element->path) + " no se repite",
                                             std::string(element->path) + " does not repeat"});
        }
        if (!step->hop.empty()) {
            slot.hop = true;
            const auto* const target = r4::find_resource(step->hop);
            if (slot.type->name != "Reference" || target == nullptr ||
                !may_name(*element, *target)) {
                return tl::unexpected(base::Text{
                    std::string(element->path) + " como referencia a un recurso que admite",
                    std::string(element->path) + " as a reference to a resource it admits"});
            }
            slot.type = target;
        } else if (path.starts_with("extension") && slot.type->kind == r4::TypeKind::primitive) {
            if (slot.array) {
                return tl::unexpected(
                    base::Text{"una extensión de un primitivo que no se repite",
                               "an extension of a primitive that does not repeat"});
            }
            slot.extension = true;
            slot.type = r4::find_type("Element");
        }
        at = find_or_add(map, slot, step->index, map.keys);
    }
    return at;
}

}  // namespace mapping
