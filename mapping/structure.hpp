#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/condition.hpp"
#include "mapping/source.hpp"

namespace mapping {

/// One place of a message structure: a segment or a group of them.
struct StructureNode {
    std::string key;   ///< "ROL(2)": its second place in one group
    std::string name;  ///< "ROL"; of a group "INSURANCE"
    std::uint32_t parent = 0;
    std::uint16_t depth = 0;
    bool group = false;
    bool repeats = false;
    bool required = false;  ///< nothing after it in its group can begin the group
    std::vector<std::uint32_t> children;
};

/// The order and grouping of a message's segments; node 0 is the message.
struct Structure {
    std::vector<StructureNode> nodes{StructureNode{.group = true}};

    /// Adds "A.B.SEG" below existing groups (made when they are missing). The node's number.
    std::uint32_t add(std::string_view path, bool repeats, bool required = false);
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view path) const;
};

/// One occurrence of a group in a message.
struct GroupInstance {
    std::uint32_t node = 0;
    std::uint32_t parent = 0;  ///< instance; the message is its own
    /// The first segment of each name in it.
    std::vector<std::pair<std::array<char, 3>, std::uint32_t>> first;
};

/// Where each segment of a record stands.
struct Bound {
    std::uint32_t group = 0;  ///< instance
    std::uint32_t node = 0;   ///< of the structure; 0: the structure has no place for it
    bool misplaced = false;   ///< it has one, but not here
};

/// Segments bound to groups. What comes too early, too late or too often is bound to the nearest
/// place of its name and marked; linear in segments times the depth of the structure.
class Binding final : public Neighbours {
public:
    Binding(const Structure& structure, const SourceTree& tree);

    [[nodiscard]] const std::vector<Bound>& bound() const noexcept { return bound_; }
    [[nodiscard]] const std::vector<GroupInstance>& groups() const noexcept { return groups_; }
    [[nodiscard]] std::optional<std::uint32_t> nearest(std::uint32_t segment,
                                                       std::array<char, 3> name) const override;

private:
    /// The current place: a group instance and the last child of it that was filled.
    struct Place {
        std::uint32_t instance = 0;
        std::uint32_t child = 0;  ///< index among the children of its node
        bool used = false;
    };

    void bind(std::uint32_t segment, std::string_view name);
    void remember(std::uint32_t group, std::uint32_t segment);
    [[nodiscard]] bool advance(std::string_view name, Bound& found);
    [[nodiscard]] bool step_back(std::string_view name, Bound& found);
    /// `strictly`: only where nothing required comes before.
    [[nodiscard]] bool find_below(std::uint32_t node, std::string_view name, bool strictly,
                                  std::vector<std::uint32_t>& path) const;
    void enter(const std::vector<std::uint32_t>& path, Bound& found);

    const Structure& structure_;
    const SourceTree& tree_;
    std::vector<GroupInstance> groups_;
    std::vector<Bound> bound_;
    std::vector<Place> open_;
    GroupInstance all_;  ///< the first of each name in the whole record
};

}  // namespace mapping
