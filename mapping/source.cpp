#include "mapping/source.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/escape.hpp"

namespace mapping {
namespace {

std::uint32_t number_at(const Leaf& leaf, Level level) noexcept
{
    switch (level) {
        case Level::segment:
            return leaf.at.field;
        case Level::field:
            return leaf.at.repetition;
        case Level::repetition:
            return leaf.at.component;
        case Level::component:
            return leaf.at.subcomponent;
        case Level::subcomponent:
            return 1;
    }
    return 0;
}

Level below(Level level) noexcept
{
    return level == Level::subcomponent ? level
                                        : static_cast<Level>(static_cast<std::uint8_t>(level) + 1);
}

}  // namespace

View SourceTree::whole(std::uint32_t segment) const noexcept
{
    return {segment, segments[segment].first, segments[segment].last, Level::segment};
}

View SourceTree::select(const View& view, std::uint32_t number) const noexcept
{
    constexpr std::uint32_t kFew = 16;
    auto first = view.first;
    if (view.last - view.first > kFew) {
        const auto numbered = [level = view.level](const Leaf& leaf) {
            return number_at(leaf, level);
        };
        first = static_cast<std::uint32_t>(std::ranges::lower_bound(leaves.begin() + view.first,
                                                                    leaves.begin() + view.last,
                                                                    number, {}, numbered) -
                                           leaves.begin());
    } else {
        while (first < view.last && number_at(leaves[first], view.level) < number) {
            ++first;
        }
    }
    auto last = first;
    while (last < view.last && number_at(leaves[last], view.level) == number) {
        ++last;
    }
    return {view.segment, first, last, below(view.level)};
}

std::uint32_t SourceTree::repetitions(const View& field) const noexcept
{
    return field.empty() ? 0 : leaves[field.last - 1].at.repetition;
}

const Leaf* SourceTree::head(const View& view) const noexcept
{
    auto part = view;
    while (part.level != Level::subcomponent && !part.empty()) {
        part = select(part, 1);
    }
    return part.empty() ? nullptr : &leaves[part.first];
}

void SourceTree::mark(std::uint32_t leaf, LeafState state) noexcept
{
    states[leaf] = std::max(states[leaf], state);
}

void SourceTree::mark(const View& view, LeafState state) noexcept
{
    for (auto leaf = view.first; leaf < view.last; ++leaf) {
        mark(leaf, state);
    }
}

std::string place_of(const SourceTree& tree, const Segment& segment)
{
    if (tree.notation == Notation::columns) {
        return "row " + std::to_string(tree.row);
    }
    std::string place(segment.text());
    if (segment.occurrence > 1) {
        place.append("[").append(std::to_string(segment.occurrence)).append("]");
    }
    return place.append(" @byte ").append(std::to_string(segment.begin));
}

std::string place_of(const SourceTree& tree, const Leaf& leaf)
{
    const auto& at = leaf.at;
    if (tree.notation == Notation::columns) {
        auto place =
            "row " + std::to_string(tree.row) + ", column " + std::to_string(leaf.at.field);
        if (at.repetition > 1) {
            place.append(", value ").append(std::to_string(at.repetition));
        }
        if (at.component > 1) {
            place.append(", part ").append(std::to_string(at.component));
        }
        return place;
    }
    const auto& segment = tree.segments[leaf.segment];
    std::string place(segment.text());
    if (segment.occurrence > 1) {
        place.append("[").append(std::to_string(segment.occurrence)).append("]");
    }
    if (at.field > 0) {
        place.append("-").append(std::to_string(at.field));
        if (at.repetition > 1) {
            place.append("[").append(std::to_string(at.repetition)).append("]");
        }
        if (at.component > 1 || at.subcomponent > 1) {
            place.append(".").append(std::to_string(at.component));
        }
        if (at.subcomponent > 1) {
            place.append(".").append(std::to_string(at.subcomponent));
        }
    }
    return place.append(" @byte ").append(std::to_string(leaf.begin));
}

std::optional<std::string_view> plain_text(const SourceTree& tree, const Leaf& leaf) noexcept
{
    const auto raw = tree.raw(leaf);
    if (leaf.escaped) {
        return std::nullopt;
    }
    const bool direct = tree.charset == Charset::utf8
                            ? base::find_invalid_utf8(raw) == std::string_view::npos
                            : is_ascii(raw);
    return direct ? std::optional(raw) : std::nullopt;
}

std::optional<std::string> text_of(const SourceTree& tree, const Leaf& leaf)
{
    const auto raw = tree.raw(leaf);
    return leaf.escaped ? to_utf8(hl7v2::unescape(raw, tree.delimiters), tree.charset)
                        : to_utf8(raw, tree.charset);
}

}  // namespace mapping
