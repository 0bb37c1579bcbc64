#include "mapping/map_runner.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/primitives.hpp"
#include "mapping/convert.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

}  // namespace

Scope MapRunner::at(std::uint32_t segment, const Neighbours& neighbours)
{
    const auto whole = work_.source.whole(segment);
    if (!read_ || fields_.of.segment != segment) {
        fields_.read(work_.source, whole);
        read_ = true;
    }
    return {.tree = work_.source,
            .neighbours = neighbours,
            .segment = segment,
            .value = whole,
            .translated = false,
            .row = {},
            .fields = &fields_};
}

void MapRunner::apply(Frame& frame, Scope scope, Part part, const std::vector<bool>* only)
{
    if (depth_ >= kDeepest) {
        return;
    }
    ++depth_;
    const auto& map = *frame.map;
    const bool own = map.segment == work_.source.segments[scope.segment].name;
    const auto fields = own ? fields_.present : ~std::uint64_t{0};
    PartIndex parts;
    if (scope.value.level != Level::segment) {
        parts.read(work_.source, scope.value.level == Level::field
                                     ? work_.source.select(scope.value, 1)
                                     : scope.value);
    }
    scope.parts = scope.value.level != Level::segment ? &parts : scope.fields;
    const auto begin = part == Part::late ? map.late : 0U;
    const auto end = part == Part::early ? map.late : static_cast<std::uint32_t>(map.rules.size());
    for (auto number = begin; number < end; ++number) {
        const auto gate = map.gates[number];
        const bool open =
            gate == Map::kAlways ||
            (((gate & Map::kRelative) != 0 ? scope.parts->present : fields) >> (gate & 63U) & 1U) !=
                0;
        if (open && (only == nullptr || (*only)[number])) {
            run(frame, map.rules[number], scope);
        }
    }
    --depth_;
}

void MapRunner::run(Frame& frame, const Rule& rule, const Scope& scope)
{
    if (!rule.source) {
        fire(frame, rule, scope, {}, 1);
        return;
    }
    const auto& source = *rule.source;
    if (source.relative() || source.depth == 0 || source.repetition > 0) {
        const auto view = scope.resolve(source);
        if (!view.empty()) {
            fire(frame, rule, scope, view, 1);
        }
        return;
    }
    auto field = source;
    field.depth = 1;
    const auto all = scope.resolve(field);
    const auto& leaves = work_.source.leaves;
    for (auto at = all.first; at < all.last;) {
        const auto repetition = leaves[at].at.repetition;
        auto end = at + 1;
        while (end < all.last && leaves[end].at.repetition == repetition) {
            ++end;
        }
        View view{all.segment, at, end, Level::repetition};
        for (std::uint8_t i = 1; i < source.depth; ++i) {
            view = work_.source.select(view, source.step[i]);
        }
        if (!view.empty() &&
            (repetition == 1 || rule.repeat_depth > 0 || rule.action == Action::ignore)) {
            fire(frame, rule, scope, view, repetition);
        }
        at = end;
    }
}

void MapRunner::fire(Frame& frame, const Rule& rule, Scope scope, const View& view,
                     std::uint32_t repetition)
{
    scope.row = view;
    if (!rule.when.holds(scope)) {
        return;
    }
    if (rule.action != Action::ignore && rule.source && view.last - view.first == 1 &&
        work_.source.leaves[view.first].null) {
        return;  // an explicit nothing is never written, nor what a rule would say beside it
    }
    if (rule.chooses && choice_taken(frame, rule, repetition, scope.segment)) {
        return;  // the first type of value[x] stays
    }
    switch (rule.action) {
        case Action::ignore:
            ignore(rule, view);
            return;
        case Action::text:
            write(frame, rule, scope, view, repetition);
            return;
        case Action::apply:
            descend(frame, rule, scope, view, repetition);
            return;
    }
}

void MapRunner::ignore(const Rule& rule, const View& view)
{
    for (auto leaf = view.first; leaf < view.last; ++leaf) {
        if (work_.source.states[leaf] == LeafState::unseen) {
            work_.source.mark(leaf, LeafState::ignored);
            work_.marks.push_back({.rule = &rule, .leaf = leaf});
        }
    }
}

void MapRunner::write(Frame& frame, const Rule& rule, const Scope& scope, const View& view,
                      std::uint32_t repetition)
{
    auto& used = used_;  // one value is written at a time: the memory is used again
    used.clear();
    std::string_view joined;
    if (rule.parts.empty()) {
        used.push_back(work_.source.head(view));
        if (used.front() == nullptr || used.front()->null) {
            return;  // an explicit nothing is never written as a value
        }
        const auto text = text_at(*used.front(), rule);
        if (!text) {
            return;
        }
        joined = *text;
    } else {
        if (!join(rule, scope)) {
            return;
        }
        joined = rule.parts.size() > 1 ? base::trim(joined_) : std::string_view(joined_);
    }
    if (joined.empty() || (used.empty() && !rule.constant)) {
        return;
    }
    auto& node = node_at(frame, rule.slot, rule.repeat_depth, repetition, scope.segment);
    const auto& slot = frame.map->slots[rule.slot];
    const auto* const element = rule.slot == 0 ? frame.element : slot.element;
    const auto* const leaf = used.empty() ? nullptr : used.front();
    if (rule.vocab && leaf != nullptr) {
        if (!translate(node, *slot.type, rule, *leaf, joined)) {
            return;
        }
    } else if (!set(node, *slot.type, element, rule, joined, leaf)) {
        return;
    }
    if (!rule.other_end.empty() && leaf != nullptr) {
        const auto& period =
            node_at(frame, slot.parent, rule.repeat_depth, repetition, scope.segment);
        const auto* const other = period.find(rule.other_end);
        const bool is_end = rule.other_end == "start";
        if (other != nullptr && !other->text.empty() &&
            (is_end ? is_before(node.text, other->text) : is_before(other->text, node.text))) {
            node.kind = r4::Kind::null;
            node.text = {};
            tell(*leaf, base::Severity::warning, base::Errc::malformed_value, rule, element->path,
                 {"un fin que no sea anterior al inicio", "an end that is not before the start"},
                 joined);
            return;
        }
    }
    for (const auto* one : used) {
        mark(static_cast<std::uint32_t>(one - work_.source.leaves.data()), rule, node);
    }
    mark_decided(rule.decided, scope, node, &rule, nullptr);
    touch(frame, rule, rule.repeat_depth, repetition);
}

/// Joins the parts of a value into joined_ and gathers their leaves; false: one cannot be said.
bool MapRunner::join(const Rule& rule, const Scope& scope)
{
    joined_.clear();
    for (const auto& part : rule.parts) {
        joined_.append(part.literal);
        const auto* const leaf =
            part.place ? work_.source.head(scope.resolve(*part.place)) : nullptr;
        if (leaf == nullptr) {
            continue;
        }
        const auto text = leaf->null ? std::nullopt : text_at(*leaf, rule);
        if (!text) {
            return false;
        }
        joined_.append(*text);
        used_.push_back(leaf);
    }
    return true;
}

void MapRunner::descend(Frame& frame, const Rule& rule, const Scope& scope, View view,
                        std::uint32_t repetition)
{
    if (!rule.parts.empty() && rule.parts.front().place) {
        view = scope.resolve(*rule.parts.front().place);
        if (view.level == Level::field) {
            view = work_.source.select(view, 1);
        }
    }
    const auto& slot = frame.map->slots[rule.slot];
    auto& node = node_at(frame, rule.slot, rule.repeat_depth, repetition, scope.segment);
    const auto before = work_.marks.size();
    auto inner = scope;
    inner.value = rule.source || !rule.parts.empty() ? view : scope.value;
    inner.translated = false;
    const auto* const leaf = work_.source.head(inner.value);
    if (rule.vocab && leaf != nullptr && !leaf->null) {
        if (const auto code = text_at(*leaf, rule)) {
            inner.translated = translate(node, *slot.type, rule, *leaf, *code);
            if (inner.translated) {
                mark(static_cast<std::uint32_t>(leaf - work_.source.leaves.data()), rule, node);
            }
        }
    }
    auto made = frame.made;
    for (auto at = rule.hops ? rule.slot : 0U; at != 0; at = frame.map->slots[at].parent) {
        if (frame.map->slots[at].hop) {
            made =
                work_.by_node.at(&node_at(frame, at, rule.repeat_depth, repetition, scope.segment));
            break;
        }
    }
    if (rule.slot == 0 && work_.plan.maps[rule.map].slots.empty()) {
        return;
    }
    Frame nested(work_.plan.maps[rule.map], node, made, memory_[static_cast<std::size_t>(depth_)]);
    nested.element = rule.slot == 0 ? frame.element : slot.element;
    nested.conditional = frame.conditional || !rule.when.always();
    apply(nested, inner, Part::all);
    if (work_.marks.size() > before) {
        mark_decided(rule.decided, scope, node, &rule, nullptr);
        touch(frame, rule, rule.repeat_depth, repetition);
    }
}

}  // namespace mapping
