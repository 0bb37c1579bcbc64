#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "mapping/charset.hpp"

namespace mapping {

/// How a leaf of the source ended. A mapping rule outranks a rule that ignores.
enum class LeafState : std::uint8_t { unseen, ignored, mapped, reported };

/// The numbers of a place inside a segment, all from 1; 0: not stated.
struct Address {
    std::uint32_t field = 0;
    std::uint32_t repetition = 0;
    std::uint32_t component = 0;
    std::uint32_t subcomponent = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

/// One non-empty value of the source, as sent.
struct Leaf {
    Address at;
    std::uint32_t segment = 0;  ///< index in SourceTree::segments
    std::uint32_t begin = 0;    ///< byte in the submission
    std::uint32_t size = 0;
    bool escaped = false;  ///< holds an escape sequence
    bool null = false;     ///< HL7 `""`: explicitly nothing
};

/// A line of the source: an HL7 segment, or the one "ROW" of a delimited record.
struct Segment {
    std::array<char, 3> name{};    ///< "PID"; "ROW"
    std::uint32_t occurrence = 1;  ///< the how-manieth of its name in the record
    std::uint32_t first = 0;       ///< its leaves: [first, last)
    std::uint32_t last = 0;
    std::uint32_t begin = 0;  ///< byte in the submission
    bool readable = true;     ///< false: no segment name; its text is one leaf, field 0

    [[nodiscard]] std::string_view text() const noexcept { return {name.data(), name.size()}; }
};

/// The depth of a View: what its next step selects.
enum class Level : std::uint8_t { segment, field, repetition, component, subcomponent };

/// A part of one segment: a contiguous run of leaves. Empty and absent are one thing.
struct View {
    std::uint32_t segment = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    Level level = Level::segment;

    [[nodiscard]] bool empty() const noexcept { return first == last; }
};

/// Delimiters of an HL7 v2 message; for other formats only what escape sequences need is unused.
struct Delimiters {
    char field = '|';
    char component = '^';
    char repetition = '~';
    char escape = '\\';  ///< 0: the message states none
    char subcomponent = '&';
};

enum class Notation : std::uint8_t { hl7v2, columns };

/// One record as a positional tree over the bytes it was read from.
///
/// Owns:     segments and leaves, not the bytes.
/// Threads:  one at a time.
struct SourceTree {
    std::string_view bytes;  ///< the whole submission: Leaf::begin counts from its first byte
    Notation notation = Notation::hl7v2;
    Charset charset = Charset::utf8;
    Delimiters delimiters;
    bool plain = false;   ///< every byte is valid UTF-8, or ASCII, as the character set asks
    std::size_t row = 0;  ///< line of a delimited record
    std::vector<Segment> segments;
    std::vector<Leaf> leaves;
    std::vector<LeafState> states;  ///< one per leaf: the ledger
    base::Issues issues;            ///< what the reader found

    [[nodiscard]] std::string_view raw(const Leaf& leaf) const noexcept
    {
        return bytes.substr(leaf.begin, leaf.size);
    }

    [[nodiscard]] View whole(std::uint32_t segment) const noexcept;

    /// The part of `view` with that number one level down; at the last level number 1 is the view
    /// itself. A step from field to repetition is taken for granted when `view` is a segment part
    /// with one repetition.
    [[nodiscard]] View select(const View& view, std::uint32_t number) const noexcept;

    /// How many times the field repeats (the highest repetition that is not empty).
    [[nodiscard]] std::uint32_t repetitions(const View& field) const noexcept;

    /// The first leaf of a view in the position a plain value has (…1.1); nullptr when empty there.
    [[nodiscard]] const Leaf* head(const View& view) const noexcept;

    void mark(std::uint32_t leaf, LeafState state) noexcept;
    void mark(const View& view, LeafState state) noexcept;
};

/// Where the parts of one view begin and end: what a rule names without a search.
struct PartIndex {
    static constexpr std::uint32_t kParts = 63;  ///< parts from here on are searched

    View of;
    std::uint64_t present = 0;  ///< bit n: part n holds something; bit 63: some part from 63 on
    std::array<std::uint32_t, kParts> first;
    std::array<std::uint32_t, kParts> last;

    void read(const SourceTree& tree, const View& view) noexcept;
    [[nodiscard]] View part(const SourceTree& tree, std::uint32_t number) const noexcept;
};

/// "PID-3[2].4.2 @byte 312", "OBX[4]-5 @byte 900"; "row 7, column 13".
[[nodiscard]] std::string place_of(const SourceTree& tree, const Leaf& leaf);
[[nodiscard]] std::string place_of(const SourceTree& tree, const Segment& segment);

/// The text of a leaf in UTF-8, escapes resolved.
/// Errors: nothing when the bytes are no text of the record's character set.
[[nodiscard]] std::optional<std::string> text_of(const SourceTree& tree, const Leaf& leaf);

/// The same without a copy when nothing has to be decoded; nothing when something has.
[[nodiscard]] std::optional<std::string_view> plain_text(const SourceTree& tree,
                                                         const Leaf& leaf) noexcept;

// Asked for every rule of every value: here so that the compiler sees through them.

[[nodiscard]] inline std::uint32_t number_at(const Leaf& leaf, Level level) noexcept
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

[[nodiscard]] inline Level below(Level level) noexcept
{
    return level == Level::subcomponent ? level
                                        : static_cast<Level>(static_cast<std::uint8_t>(level) + 1);
}

inline View SourceTree::select(const View& view, std::uint32_t number) const noexcept
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

inline const Leaf* SourceTree::head(const View& view) const noexcept
{
    if (view.empty()) {
        return nullptr;
    }
    const auto& leaf = leaves[view.first];  // they are in order: if any has the place, the first
    const auto level = static_cast<int>(view.level);
    for (int at = level; at < static_cast<int>(Level::subcomponent); ++at) {
        if (number_at(leaf, static_cast<Level>(at)) != 1) {
            return nullptr;
        }
    }
    return &leaf;
}

}  // namespace mapping
