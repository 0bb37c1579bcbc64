#include "mapping/trace.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "mapping/translate.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

/// The paths of the nodes somebody asks for, found in one walk.
class Paths {
public:
    explicit Paths(const std::vector<Mark>& marks)
    {
        for (const auto& mark : marks) {
            if (mark.target != nullptr) {
                paths_.emplace(mark.target, std::string{});
            }
        }
    }

    void walk_bundle(const r4::Node& bundle)
    {
        std::map<std::string, std::size_t, std::less<>> counts;
        for (const auto& child : bundle) {
            if (child.name != "entry") {
                walk(child, "Bundle." + std::string(child.name));
                continue;
            }
            for (const auto& entry : child) {
                const auto* const resource = entry.find("resource");
                if (resource == nullptr) {
                    continue;
                }
                const auto type = std::string(resource->text_of("resourceType"));
                walk(*resource, type + "[" + std::to_string(counts[type]++) + "]");
            }
        }
        note(bundle, "Bundle");
    }

    /// What was dropped for an equal node is told under that node's path.
    void walk_twin(const r4::Node& dropped, const r4::Node& kept)
    {
        const auto at = every_.find(&kept);
        walk(dropped, at == every_.end() ? std::string{} : at->second);
    }

    void want(const r4::Node& node) { every_.emplace(&node, std::string{}); }

    [[nodiscard]] std::string of(const r4::Node& node) const
    {
        const auto found = paths_.find(&node);
        return found == paths_.end() ? std::string{} : found->second;
    }

private:
    void note(const r4::Node& node, const std::string& path)
    {
        if (const auto asked = paths_.find(&node); asked != paths_.end()) {
            asked->second = path;
        }
        if (const auto twin = every_.find(&node); twin != every_.end()) {
            twin->second = path;
        }
    }

    void walk(const r4::Node& node, const std::string& path)
    {
        note(node, path);
        std::size_t index = 0;
        for (const auto& child : node) {
            walk(child, node.kind == r4::Kind::array ? path + "[" + std::to_string(index++) + "]"
                                                     : path + "." + std::string(child.name));
        }
    }

    std::unordered_map<const r4::Node*, std::string> paths_;
    std::unordered_map<const r4::Node*, std::string> every_;
};

/// FHIR JSON is mapped to itself: every primitive by its own JSON pointer.
void list_json(const r4::Node& node, const std::string& pointer, const std::string& path,
               std::vector<LineageEntry>& out)
{
    if (node.kind != r4::Kind::object && node.kind != r4::Kind::array) {
        out.push_back({path, pointer + " @byte " + std::to_string(node.offset), "fhir.r4:as-sent"});
        return;
    }
    std::size_t index = 0;
    for (const auto& child : node) {
        const auto step =
            node.kind == r4::Kind::array ? std::to_string(index++) : std::string(child.name);
        list_json(child, pointer + "/" + step,
                  node.kind == r4::Kind::array ? path + "[" + step + "]" : path + "." + step, out);
    }
}

std::string rule_of(const Plan& plan, const Mark& mark)
{
    if (mark.rule != nullptr) {
        return plan.packages[mark.rule->package].name + ":" + mark.rule->id;
    }
    return plan.packages[mark.placement->package].name + ":" + mark.placement->id;
}

}  // namespace

std::vector<LineageEntry> Translation::lineage() const
{
    std::vector<LineageEntry> out;
    if (trace == nullptr) {
        const auto& root = bundle.root();
        list_json(root, {}, std::string(root.text_of("resourceType")), out);
        return out;
    }
    Paths paths(trace->marks);
    for (const auto& [dropped, kept] : trace->same) {
        paths.want(*kept);
    }
    paths.walk_bundle(bundle.root());
    for (const auto& [dropped, kept] : trace->same) {
        paths.walk_twin(*dropped, *kept);
    }
    out.reserve(trace->marks.size());
    for (const auto& mark : trace->marks) {
        out.push_back({mark.target == nullptr ? std::string{} : paths.of(*mark.target),
                       place_of(trace->source, trace->source.leaves[mark.leaf]),
                       rule_of(*trace->plan, mark)});
    }
    return out;
}

std::string Translation::source_of(const r4::Node& element) const
{
    if (trace == nullptr) {
        return element.offset == 0 ? std::string{} : "@byte " + std::to_string(element.offset);
    }
    const auto mark = std::ranges::find(trace->marks, &element, &Mark::target);
    return mark == trace->marks.end() ? std::string{}
                                      : place_of(trace->source, trace->source.leaves[mark->leaf]);
}

std::vector<Unmapped> Translation::unmapped() const
{
    std::vector<Unmapped> out;
    if (trace == nullptr) {
        return out;
    }
    const auto& source = trace->source;
    std::vector<bool> told(source.leaves.size(), false);
    for (const auto& mark : trace->marks) {
        if (mark.target == nullptr && source.states[mark.leaf] == LeafState::ignored &&
            !told[mark.leaf]) {
            told[mark.leaf] = true;
            out.push_back({place_of(source, source.leaves[mark.leaf]), rule_of(*trace->plan, mark),
                           mark.rule->note});
        }
    }
    for (std::size_t i = 0; i < source.leaves.size(); ++i) {
        if (source.states[i] == LeafState::reported) {
            out.push_back({place_of(source, source.leaves[i]), {}, {}});
        }
    }
    return out;
}

}  // namespace mapping
