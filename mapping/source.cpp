#include "mapping/source.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "mapping/hl7v2/escape.hpp"

namespace mapping {
View SourceTree::whole(std::uint32_t segment) const noexcept
{
    return {segment, segments[segment].first, segments[segment].last, Level::segment};
}

std::uint32_t SourceTree::repetitions(const View& field) const noexcept
{
    return field.empty() ? 0 : leaves[field.last - 1].at.repetition;
}

void PartIndex::read(const SourceTree& tree, const View& view) noexcept
{
    of = view;
    present = 0;
    for (auto leaf = view.first; leaf < view.last; ++leaf) {
        const auto number = std::min(number_at(tree.leaves[leaf], view.level), kParts);
        const auto bit = std::uint64_t{1} << number;
        if (number < kParts) {
            if ((present & bit) == 0) {
                first[number] = leaf;
            }
            last[number] = leaf + 1;
        }
        present |= bit;
    }
}

View PartIndex::part(const SourceTree& tree, std::uint32_t number) const noexcept
{
    if (number >= kParts) {
        return tree.select(of, number);
    }
    return (present >> number & 1U) != 0
               ? View{of.segment, first[number], last[number], below(of.level)}
               : View{of.segment, 0, 0, below(of.level)};
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
    if (tree.plain) {
        return raw;
    }
    const bool direct = tree.charset == Charset::utf8
                            ? base::find_invalid_utf8(raw) == std::string_view::npos
                            : is_ascii(raw);
    return direct ? std::optional(raw) : std::nullopt;
}

std::optional<std::string> text_of(const SourceTree& tree, const Leaf& leaf)
{
    const auto raw = tree.raw(leaf);
    return leaf.escaped ? hl7v2::decode(raw, tree.delimiters, tree.charset)
                        : to_utf8(raw, tree.charset);
}

}  // namespace mapping
