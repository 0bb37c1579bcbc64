#include "mapping/complete.hpp"

#include <algorithm>

namespace mapping {

namespace r4 = fhir::r4;

void Completer::complete(std::uint32_t number)
{
    const auto one = work_.made[number];
    bool added = complete(*one.resource, *one.type, number, one.segment);
    if (work_.plan.completed_inside.contains(one.type->name)) {
        added = complete_inside(*one.resource, *one.type, number, one.segment) || added;
    }
    if (added) {
        prune(*one.resource);
    }
}

bool Completer::complete_inside(r4::Node& node, const r4::Type& type, std::uint32_t number,
                                std::uint32_t segment)
{
    bool added = false;
    for (auto* child = node.first; child != nullptr; child = child->next) {
        const auto* const element = r4::find_element(type, child->name);
        if (element == nullptr || r4::type_of(*element).kind != r4::TypeKind::backbone) {
            continue;
        }
        const auto& inner = r4::type_of(*element);
        const bool array = child->kind == r4::Kind::array;
        for (auto* item = array ? child->first : child; item != nullptr;
             item = array ? item->next : nullptr) {
            added = complete(*item, inner, number, segment) || added;
            added = complete_inside(*item, inner, number, segment) || added;
        }
    }
    return added;
}

bool Completer::complete(r4::Node& node, const r4::Type& type, std::uint32_t number,
                         std::uint32_t segment)
{
    const auto known = work_.plan.completions.find(type.name);
    if (known == work_.plan.completions.end()) {
        return false;
    }
    const auto& map = work_.plan.maps[known->second];
    Frame frame(map, node, number, memory_);
    bool tried = false;
    // First the values; then, where none could be written, the extensions that say why.
    for (const bool beside : {false, true}) {
        look_at(node, type);
        bool any = false;
        only_.clear();
        for (const auto& rule : map.rules) {
            only_.push_back(rule.beside == beside && !has(*rule.top) &&
                            (rule.unless == nullptr || !has(*rule.unless)));
            any = any || only_.back();
        }
        if (any) {
            runner_.apply(frame, runner_.at(segment, neighbours_), MapRunner::Part::all, &only_);
        }
        tried = tried || any;
    }
    return tried;
}

void Completer::look_at(const r4::Node& node, const r4::Type& type)
{
    present_.clear();
    for (const auto& child : node) {
        const auto* const element = child.kind == r4::Kind::null  // made for what failed
                                        ? nullptr
                                        : r4::find_element(type, child.name);
        if (element != nullptr) {
            present_.push_back(element);
        }
    }
}

bool Completer::has(const r4::Element& element) const
{
    return std::ranges::any_of(present_, [&](const r4::Element* one) {
        return one == &element || (one->stem_size > 0 && one->stem() == element.stem());
    });
}

}  // namespace mapping
