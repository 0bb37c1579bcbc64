#include "gateway/exchange/difference.hpp"

#include <algorithm>
#include <map>

#include "gateway/exchange/served.hpp"

namespace gateway::exchange {
namespace {

using fhir::r4::Kind;
using fhir::r4::Node;

void compare_items(const Node& emitted, const Node& made, const std::string& path,
                   std::vector<Difference>& found)
{
    const auto* was = emitted.first;
    const auto* is = made.first;
    for (std::size_t i = 0; was != nullptr || is != nullptr; ++i) {
        const auto step = path + "[" + std::to_string(i) + "]";
        if (was == nullptr || is == nullptr) {
            found.push_back({step, was == nullptr ? "added" : "removed", {}});
        } else {
            compare(*was, *is, step, found);
        }
        was = was == nullptr ? nullptr : was->next;
        is = is == nullptr ? nullptr : is->next;
    }
}

void compare_members(const Node& emitted, const Node& made, const std::string& path,
                     std::vector<Difference>& found)
{
    for (const auto& member : made) {
        const auto step = path + "." + std::string(member.name);
        if (const auto* was = emitted.find(member.name)) {
            compare(*was, member, step, found);
        } else {
            found.push_back({step, "added", {}});
        }
    }
    for (const auto& member : emitted) {
        if (made.find(member.name) == nullptr) {
            found.push_back({path + "." + std::string(member.name), "removed", {}});
        }
    }
}

/// The rule of the leaf there, or the first below it; empty when there is none.
std::string_view rule_at(const std::map<std::string_view, std::string_view>& rules,
                         std::string_view path)
{
    const auto rule = rules.lower_bound(path);
    if (rule == rules.end() || !rule->first.starts_with(path)) {
        return {};
    }
    const auto below = rule->first.substr(path.size());
    return below.empty() || below.front() == '.' || below.front() == '[' ? rule->second
                                                                         : std::string_view();
}

}  // namespace

std::vector<Entry> entries_of(const Node& bundle)
{
    std::vector<Entry> all;
    std::map<std::string, std::size_t, std::less<>> counts;
    const auto* entries = bundle.find("entry");
    std::uint32_t index = 0;
    for (const auto* entry = entries == nullptr ? nullptr : entries->first; entry != nullptr;
         entry = entry->next, ++index) {
        const auto* resource = entry->find("resource");
        if (resource == nullptr) {
            continue;
        }
        std::string type(resource->text_of("resourceType"));
        auto path = type + "[" + std::to_string(counts[type]++) + "]";
        all.push_back({entry, resource, std::move(type), std::string(entry_id(*entry)),
                       std::move(path), index});
    }
    return all;
}

const Entry* same_resource(const Entry& entry, const std::vector<Entry>& among)
{
    const auto found = std::ranges::find_if(among, [&](const Entry& other) {
        return other.type == entry.type && other.id == entry.id &&
               (!entry.id.empty() || other.path == entry.path);
    });
    return found == among.end() ? nullptr : &*found;
}

void compare(const Node& emitted, const Node& made, const std::string& path,
             std::vector<Difference>& found)
{
    if (emitted.kind != made.kind || emitted.text != made.text) {
        found.push_back({path, "changed", {}});
    } else if (made.kind == Kind::object) {
        compare_members(emitted, made, path, found);
    } else if (made.kind == Kind::array) {
        compare_items(emitted, made, path, found);
    }
}

void tell_rules(const std::vector<mapping::LineageEntry>& lineage, std::vector<Difference>& found)
{
    std::map<std::string_view, std::string_view> rules;
    for (const auto& entry : lineage) {
        rules.emplace(entry.target, entry.rule);
    }
    for (auto& difference : found) {
        std::string_view path = difference.path;
        auto rule = rule_at(rules, path);
        while (rule.empty() && path.rfind('.') != std::string_view::npos) {
            path = path.substr(0, path.rfind('.'));
            rule = path.find('.') == std::string_view::npos ? rule : rule_at(rules, path);
        }
        difference.rule = rule;
    }
}

}  // namespace gateway::exchange
