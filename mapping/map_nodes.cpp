#include <algorithm>

#include "mapping/map_runner.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

r4::Node& child_of(r4::Document& document, r4::Node& parent, std::string_view name, r4::Kind kind)
{
    auto* const found = parent.find(name);
    return found != nullptr ? *found : document.add(parent, name, kind);
}

}  // namespace

r4::Node& MapRunner::node_at(Frame& frame, std::uint32_t slot, std::uint16_t repeat_depth,
                             std::uint32_t repetition, std::uint32_t segment)
{
    const auto& shape = frame.map->slots[slot];
    const auto number = repeat_depth > 0 && shape.depth >= repeat_depth ? repetition : 1;
    if (slot == 0) {
        return *frame.root;
    }
    auto*& known = number == 1 ? frame.nodes[slot]
                               : frame.more[std::uint64_t{slot} << 32U | std::uint64_t{number}];
    if (known != nullptr) {
        return *known;
    }
    auto& parent = node_at(frame, shape.parent, repeat_depth, repetition, segment);
    auto& document = work_.document;
    const bool object = shape.type->kind != r4::TypeKind::primitive;
    const auto kind = object ? r4::Kind::object : r4::Kind::null;
    r4::Node* node = nullptr;
    if (shape.extension) {
        const auto name = "_" + std::string(shape.name);
        auto* const found = parent.find(name);
        node = found != nullptr ? found : &document.add(parent, document.keep(name), kind);
    } else if (shape.array) {
        auto& array = child_of(document, parent, shape.name, r4::Kind::array);
        node = &document.add(array, {}, kind);
    } else {
        node = &child_of(document, parent, shape.name, kind);
    }
    if (shape.hop) {
        if (node->first != nullptr) {  // another map made the reference: go on with its resource
            for (auto one = work_.pending.rbegin(); one != work_.pending.rend(); ++one) {
                if (one->text == node->first && work_.made[one->to].type == shape.type) {
                    return *(known = work_.made[one->to].resource);
                }
            }
        }
        const auto made = work_.make(*shape.type, segment);
        if (node->first == nullptr) {
            work_.refer(*node, made);
        }
        node = work_.made[made].resource;
    }
    return *(known = node);
}

/// Whether another type of a choice on the way to the target has a value already.
bool MapRunner::choice_taken(Frame& frame, const Rule& rule, std::uint32_t repetition,
                             std::uint32_t segment)
{
    for (auto at = rule.slot; at != 0; at = frame.map->slots[at].parent) {
        const auto& slot = frame.map->slots[at];
        if (!slot.choice) {
            continue;
        }
        const auto& type = *frame.map->slots[slot.parent].type;
        const auto& parent = node_at(frame, slot.parent, rule.repeat_depth, repetition, segment);
        for (const auto& child : parent) {
            if (child.name == slot.name || (child.kind == r4::Kind::null && child.text.empty())) {
                continue;
            }
            const auto* const other = r4::find_element(type, child.name);
            if (other != nullptr && other->stem_size > 0 && other->stem() == slot.element->stem()) {
                return true;
            }
        }
    }
    return false;
}

/// The source has put something into the resource a rule wrote to.
void MapRunner::touch(const Frame& frame, const Rule& rule, std::uint16_t repeat_depth,
                      std::uint32_t repetition)
{
    if (rule.constant && !rule.source && !frame.conditional && rule.when.always()) {
        return;
    }
    for (auto at = rule.hops ? rule.slot : 0U; at != 0; at = frame.map->slots[at].parent) {
        const auto& slot = frame.map->slots[at];
        if (!slot.hop) {
            continue;
        }
        const auto number = repeat_depth > 0 && slot.depth >= repeat_depth ? repetition : 1;
        const auto* const node =
            number == 1 ? frame.nodes[at]
                        : frame.more.at(std::uint64_t{at} << 32U | std::uint64_t{number});
        work_.made[work_.by_node.at(node)].touched = true;
    }
    work_.made[frame.made].touched = true;
}

}  // namespace mapping
