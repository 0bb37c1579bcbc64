#include "mapping/structure.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace mapping {

std::uint32_t Structure::add(std::string_view path, bool repeats, bool required)
{
    const bool group = path.ends_with('.');
    if (group) {
        path.remove_suffix(1);
    }
    std::uint32_t node = 0;
    const auto parts = base::split(path, '.');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        const auto& children = nodes[node].children;
        // A segment may have several places in one group: only groups are found again.
        const auto found = std::ranges::find_if(children, [&](std::uint32_t child) {
            return nodes[child].name == parts[i] && nodes[child].group && (!last || group);
        });
        if (found != children.end()) {
            node = *found;
            continue;
        }
        const auto added = static_cast<std::uint32_t>(nodes.size());
        nodes.push_back({.key = std::string(parts[i]),
                         .name = std::string(parts[i].substr(0, parts[i].find('('))),
                         .parent = node,
                         .depth = static_cast<std::uint16_t>(nodes[node].depth + 1),
                         .group = !last || group,
                         .repeats = !last || repeats,
                         .children = {}});
        nodes[node].children.push_back(added);
        node = added;
    }
    nodes[node].repeats = repeats;
    nodes[node].required = required;
    return node;
}

std::optional<std::uint32_t> Structure::find(std::string_view path) const
{
    std::uint32_t node = 0;
    for (const auto part : base::split(path, '.')) {
        const auto& children = nodes[node].children;
        const auto found = std::ranges::find(
            children, part, [&](auto child) { return std::string_view(nodes[child].key); });
        if (found == children.end()) {
            return std::nullopt;
        }
        node = *found;
    }
    return node;
}

Binding::Binding(const Structure& structure, const SourceTree& tree)
    : structure_(structure), tree_(tree)
{
    groups_.push_back({.node = 0, .parent = 0, .first = {}});
    open_.push_back({});
    bound_.resize(tree.segments.size());
    for (std::uint32_t i = 0; i < tree.segments.size(); ++i) {
        bind(i, tree.segments[i].text());
    }
}

void Binding::bind(std::uint32_t segment, std::string_view name)
{
    auto& bound = bound_[segment];
    bound.group = open_.back().instance;
    if (tree_.segments[segment].readable && !advance(name, bound)) {
        bound.misplaced = step_back(name, bound);
    }
    remember(bound.group, segment);
}

void Binding::remember(std::uint32_t group, std::uint32_t segment)
{
    const auto& name = tree_.segments[segment].name;
    for (auto* in : {&groups_[group], &all_}) {
        const bool known =
            std::ranges::any_of(in->first, [&](const auto& one) { return one.first == name; });
        if (!known) {
            in->first.emplace_back(name, segment);
        }
    }
}

/// Looks for the name from the current place on: later in the open group, in a new repetition of
/// it, then in the groups around it.
bool Binding::advance(std::string_view name, Bound& found)
{
    std::vector<std::uint32_t> path;
    for (auto level = open_.size(); level-- > 0;) {
        const auto place = open_[level];
        const auto& node = structure_.nodes[groups_[place.instance].node];
        for (std::size_t i = place.child; i < node.children.size(); ++i) {
            const auto child = node.children[i];
            const auto& candidate = structure_.nodes[child];
            const bool again = i == place.child && place.used;
            if (again && !candidate.repeats) {
                continue;
            }
            path.assign(1, child);
            if (candidate.group ? find_below(child, name, true, path) : candidate.name == name) {
                open_.resize(level + 1);
                open_.back().child = static_cast<std::uint32_t>(i);
                open_.back().used = true;
                enter(path, found);
                return true;
            }
        }
    }
    return false;
}

/// What came too early, too late or without the segment that begins its group: the place of its
/// name in the innermost open group that has one.
bool Binding::step_back(std::string_view name, Bound& found)
{
    std::vector<std::uint32_t> path;
    for (auto level = open_.size(); level-- > 0;) {
        path.clear();
        if (!find_below(groups_[open_[level].instance].node, name, false, path)) {
            continue;
        }
        const auto kept = open_;
        open_.resize(level + 1);
        enter(path, found);
        if (path.size() == 1) {
            open_ = kept;  // a stray line; what follows goes on where it was
        }
        return true;
    }
    return false;
}

bool Binding::find_below(std::uint32_t node, std::string_view name, bool strictly,
                         std::vector<std::uint32_t>& path) const
{
    for (const auto child : structure_.nodes[node].children) {
        path.push_back(child);
        const auto& candidate = structure_.nodes[child];
        if (candidate.group ? find_below(child, name, strictly, path) : candidate.name == name) {
            return true;
        }
        path.pop_back();
        if (strictly && candidate.required) {
            return false;
        }
    }
    return false;
}

/// Opens the groups of `path` below the innermost open one; the last node is the segment's.
void Binding::enter(const std::vector<std::uint32_t>& path, Bound& found)
{
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto& node = structure_.nodes[path[i]];
        auto& place = open_.back();
        const auto& siblings = structure_.nodes[groups_[place.instance].node].children;
        place.child =
            static_cast<std::uint32_t>(std::ranges::find(siblings, path[i]) - siblings.begin());
        place.used = true;
        if (node.group) {
            const auto instance = static_cast<std::uint32_t>(groups_.size());
            groups_.push_back({.node = path[i], .parent = place.instance, .first = {}});
            open_.push_back({.instance = instance, .child = 0, .used = false});
        }
    }
    found.node = path.back();
    found.group = open_.back().instance;
}

std::optional<std::uint32_t> Binding::nearest(std::uint32_t segment, std::array<char, 3> name) const
{
    const auto find = [&](const GroupInstance& group) -> std::optional<std::uint32_t> {
        for (const auto& [known, index] : group.first) {
            if (known == name) {
                return index;
            }
        }
        return std::nullopt;
    };
    for (auto group = bound_[segment].group;; group = groups_[group].parent) {
        const auto found = find(groups_[group]);
        if (found || group == 0) {
            return found ? found : find(all_);
        }
    }
}

}  // namespace mapping
