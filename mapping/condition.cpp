#include "mapping/condition.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace mapping {
namespace {

using Order = Condition::Order;

bool compare(std::size_t value, Order order, std::size_t bound) noexcept
{
    switch (order) {
        case Order::equal:
            return value == bound;
        case Order::less:
            return value < bound;
        case Order::less_equal:
            return value <= bound;
        case Order::greater:
            return value > bound;
        case Order::greater_equal:
            return value >= bound;
    }
    return false;
}

/// A letter of the picture A, a digit 9, either X; anything else stands for itself.
bool shaped(std::string_view text, std::string_view picture) noexcept
{
    return std::ranges::equal(text, picture, [](char c, char mark) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool digit = c >= '0' && c <= '9';
        switch (mark) {
            case 'A':
                return letter;
            case '9':
                return digit;
            case 'X':
                return letter || digit;
            default:
                return c == mark;
        }
    });
}

/// The text at a view; `memory` holds it when it had to be decoded.
std::string_view text_at(const Scope& scope, const View& view, std::string& memory)
{
    const auto* leaf = scope.tree.head(view);
    if (leaf == nullptr || leaf->null) {
        return {};
    }
    if (const auto plain = plain_text(scope.tree, *leaf)) {
        return *plain;
    }
    memory = text_of(scope.tree, *leaf).value_or(std::string{});
    return memory;
}

bool equal_places(const Scope& scope, const View& one, const View& other)
{
    std::string first;
    std::string second;
    return text_at(scope, one, first) == text_at(scope, other, second);
}

/// Characters, not bytes.
std::size_t length_of(std::string_view text) noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

View Scope::resolve(const Operand& operand) const
{
    const auto& steps = operand.step;
    if (operand.relative()) {
        std::uint8_t step = 0;
        auto view = value;
        if (parts != nullptr && operand.depth > 0) {
            view = parts->part(tree, steps[step++]);
        } else if (view.level == Level::field) {
            view = tree.select(view, 1);
        }
        for (auto i = step; i < operand.depth; ++i) {
            view = tree.select(view, steps[i]);
        }
        return view;
    }
    auto from = segment;
    if (tree.segments.empty()) {
        return {};
    }
    if (tree.segments[from].name != operand.segment) {
        const auto other = neighbours.nearest(segment, operand.segment);
        if (!other) {
            return {};
        }
        from = *other;
    }
    if (operand.depth == 0) {
        return tree.whole(from);
    }
    auto view = fields != nullptr && fields->of.segment == from
                    ? fields->part(tree, steps[0])
                    : tree.select(tree.whole(from), steps[0]);
    const bool at_hand = !row.empty() && row.segment == from && !view.empty() &&
                         row.first >= view.first && row.last <= view.last;
    if (operand.repetition > 0) {
        view = tree.select(view, operand.repetition);
    } else if (at_hand && row.level >= Level::repetition && operand.depth > 1) {
        view = tree.select(view, tree.leaves[row.first].at.repetition);
    } else if (operand.depth > 1) {
        view = tree.select(view, 1);
    }
    for (std::uint8_t i = 1; i < operand.depth; ++i) {
        view = tree.select(view, steps[i]);
    }
    return view;
}

std::vector<Operand> Condition::decided() const
{
    std::vector<Operand> places;
    for (const auto& node : nodes_) {
        if (node.kind == Kind::in && !node.negated) {
            places.push_back(node.operand);
        }
    }
    return places;
}

bool Condition::asks_unmapped() const noexcept
{
    return std::ranges::any_of(nodes_,
                               [](const Node& node) { return node.kind == Kind::unmapped; });
}

bool Condition::holds(const Scope& scope) const
{
    return nodes_.empty() || holds(scope, root_);
}

bool Condition::holds(const Scope& scope, std::uint32_t index) const
{
    const auto& node = nodes_[index];
    switch (node.kind) {
        case Kind::all:
            return holds(scope, node.left) && holds(scope, node.right);
        case Kind::any:
            return holds(scope, node.left) || holds(scope, node.right);
        case Kind::none:
            return !holds(scope, node.left);
        case Kind::translated:
            return scope.translated != node.negated;
        case Kind::unmapped:
            return std::all_of(scope.tree.states.begin() + scope.row.first,
                               scope.tree.states.begin() + scope.row.last,
                               [](LeafState state) { return state == LeafState::unseen; });
        default:
            break;
    }
    const auto view = scope.resolve(node.operand);
    std::string memory;
    bool result = false;
    switch (node.kind) {
        case Kind::valued: {
            const auto* leaf =
                view.last - view.first == 1 ? &scope.tree.leaves[view.first] : nullptr;
            // A segment without a single field is there all the same.
            result = (leaf != nullptr && !leaf->null) || view.last - view.first > 1 ||
                     (view.level == Level::segment && node.operand.depth == 0 &&
                      scope.neighbours.nearest(scope.segment, node.operand.segment).has_value());
            break;
        }
        case Kind::in:
            result =
                std::ranges::find(node.values, text_at(scope, view, memory)) != node.values.end();
            break;
        case Kind::equals_place:
            result = equal_places(scope, view, scope.resolve(node.other));
            break;
        case Kind::length:
            result = compare(length_of(text_at(scope, view, memory)), node.order, node.bound);
            break;
        case Kind::count:
            result = compare(scope.tree.repetitions(view), node.order, node.bound);
            break;
        case Kind::number: {
            const auto value = base::to_size(text_at(scope, view, memory));
            result = value && compare(*value, node.order, node.bound);
            break;
        }
        case Kind::shaped:
            result = shaped(text_at(scope, view, memory), node.values.front());
            break;
        default:
            break;
    }
    return result != node.negated;
}

}  // namespace mapping
