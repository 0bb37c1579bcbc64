#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/schema.hpp"
#include "mapping/plan_context.hpp"
#include "mapping/plan_target.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

class PlacementCompiler {
public:
    explicit PlacementCompiler(CompileContext& context) : context_(context) {}

    void compile()
    {
        for (const auto& [name, rows] : context_.rows) {
            if (context_.is_structure(name)) {
                compile_structure(name, rows);
            }
        }
    }

private:
    std::uint32_t instance_number(std::string_view text)
    {
        const auto name = text.find('[') == std::string_view::npos ? std::string(text) + "[1]"
                                                                   : std::string(text);
        const auto [at, added] = context_.instances.try_emplace(
            name, static_cast<std::uint32_t>(context_.plan.instances.size()));
        if (added) {
            context_.plan.instances.push_back(name);
        }
        return at->second;
    }

    /// The nodes of a structure whose placements name an instance.
    using Makers = std::map<std::uint32_t, std::vector<std::uint32_t>>;

    void compile_structure(const std::string& name, const std::vector<PlacedRow>& rows)
    {
        auto* const profile =
            name == "*" || name == "+" ? nullptr : &context_.plan.profiles.at(name);
        Makers makers;
        std::vector<std::pair<std::optional<std::uint32_t>, const PlacedRow*>> found;
        for (const auto& row : rows) {
            std::optional<std::uint32_t> node;
            if (profile != nullptr) {
                node = profile->structure.find(row.text.source);
                if (!node || profile->structure.nodes[*node].group) {
                    context_.fault(row.text, kSource,
                                   {"un segmento de la estructura " + name,
                                    "a segment of the structure " + name});
                    continue;
                }
                if (!row.text.target.empty()) {
                    makers[instance_number(row.text.target)].push_back(*node);
                }
            }
            found.emplace_back(node, &row);
        }
        for (const auto& [node, row] : found) {
            auto placement = compile_placement(*row, profile, node.value_or(0), makers);
            if (!placement) {
                continue;
            }
            auto& anywhere = name == "+" ? context_.plan.besides : context_.plan.anywhere;
            auto& into =
                profile != nullptr ? profile->placements[*node] : anywhere[row->text.source];
            if (profile != nullptr) {
                profile->instances.insert(placement->instance);
            }
            into.push_back(*std::move(placement));
        }
    }

    std::optional<Placement> compile_placement(const PlacedRow& row, const Profile* profile,
                                               std::uint32_t node, const Makers& makers)
    {
        const auto& text = row.text;
        Placement placement;
        placement.id = text.id;
        placement.package = row.package;
        placement.anywhere = profile == nullptr;
        if (!context_.compile_when(text, std::nullopt, placement.when, placement.decided)) {
            return std::nullopt;
        }
        placement.type =
            r4::find_resource(std::string_view(text.target).substr(0, text.target.find('[')));
        const auto map = context_.maps.find(text.as);
        if (placement.type == nullptr) {
            context_.fault(text, kTarget, {"un recurso de R4", "a resource of R4"});
            return std::nullopt;
        }
        if (map == context_.maps.end() || context_.plan.maps[map->second].type != placement.type) {
            context_.fault(text, kAs,
                           {"un mapa hacia " + std::string(placement.type->name),
                            "a map to " + std::string(placement.type->name)});
            return std::nullopt;
        }
        placement.map = map->second;
        placement.instance = instance_number(text.target);
        if (profile != nullptr) {
            const auto& nodes = makers.at(placement.instance);
            placement.makes = nodes.front() == node;
            placement.limit = common_depth(profile->structure, node, {nodes.front()});
        } else {  // of `*` and `+`: the first segment that names it makes it
            placement.makes =
                anywhere_.try_emplace(placement.instance, text.source).first->second == text.source;
        }
        for (const auto part : base::split(text.value, ';')) {
            if (!base::trim(part).empty()) {
                compile_link(base::trim(part), text, profile, node, makers, placement);
            }
        }
        return placement;
    }

    void compile_link(std::string_view text, const RuleRow& row, const Profile* profile,
                      std::uint32_t node, const Makers& makers, Placement& placement)
    {
        const auto equals = text.find('=');
        const auto left = base::trim(text.substr(0, equals));
        const auto right = equals == std::string_view::npos ? std::string_view{}
                                                            : base::trim(text.substr(equals + 1));
        const auto bracket = left.find(']');
        const auto dot = left.find('.', left.find('.') < left.find('[') ? 0 : bracket);
        const auto* const type = r4::find_resource(left.substr(0, left.find_first_of(".[")));
        if (type == nullptr || dot == std::string_view::npos ||
            r4::find_resource(right.substr(0, right.find('['))) == nullptr) {
            context_.fault(row, kValue,
                           {"Recurso[1].ruta=Recurso[1]", "Resource[1].path=Resource[1]"});
            return;
        }
        Link link;
        link.from = instance_number(left.substr(0, dot));
        link.to = instance_number(right);
        link.same_frame = link.from == placement.instance;
        link.map = link.same_frame ? placement.map : link_map(*type);
        auto& map = context_.plan.maps[link.map];
        const auto slot = add_target(map, left.substr(dot + 1));
        if (!slot || map.slots[*slot].type->name != "Reference") {
            context_.fault(row, kValue,
                           slot ? base::Text{"una referencia", "a reference"} : slot.error());
            return;
        }
        link.slot = *slot;
        if (profile != nullptr) {
            const auto nodes = makers.find(link.to);
            if (nodes == makers.end()) {
                context_.fault(row, kValue,
                               {"un recurso que esta estructura haga",
                                "a resource that this structure makes"});
                return;
            }
            link.limit = common_depth(profile->structure, node, nodes->second);
            if (const auto from = makers.find(link.from); from != makers.end()) {
                link.from_limit = common_depth(profile->structure, node, from->second);
            }
        }
        placement.links.push_back(link);
    }

    /// A map without rules, to hold the paths of links from resources made elsewhere.
    std::uint32_t link_map(const r4::Type& type)
    {
        const auto name = "Link[" + std::string(type.name) + "]";
        const auto known = context_.maps.find(name);
        return known != context_.maps.end() ? known->second : context_.declare(name, type);
    }

    /// The depth of the innermost group that holds both a place and the nearest of the others.
    static std::uint16_t common_depth(const Structure& structure, std::uint32_t node,
                                      const std::vector<std::uint32_t>& others)
    {
        std::uint16_t lowest = UINT16_MAX;
        for (auto other : others) {
            auto one = structure.nodes[node].parent;
            other = structure.nodes[other].parent;
            while (one != other) {
                auto& deeper =
                    structure.nodes[one].depth >= structure.nodes[other].depth ? one : other;
                deeper = structure.nodes[deeper].parent;
            }
            lowest = std::min(lowest, structure.nodes[one].depth);
        }
        return lowest == UINT16_MAX ? 0 : lowest;
    }

    CompileContext& context_;
    std::map<std::uint32_t, std::string> anywhere_;  ///< instance to the segment that makes it
};

}  // namespace

void compile_placements(CompileContext& context)
{
    PlacementCompiler(context).compile();
}

}  // namespace mapping
