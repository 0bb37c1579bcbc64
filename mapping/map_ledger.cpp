#include "mapping/map_runner.hpp"

namespace mapping {

namespace r4 = fhir::r4;

void MapRunner::mark(std::uint32_t leaf, const Rule& rule, const r4::Node& target)
{
    work_.source.mark(leaf, LeafState::mapped);
    work_.marks.push_back({.target = &target, .rule = &rule, .leaf = leaf});
}

void MapRunner::mark_decided(const std::vector<Operand>& places, const Scope& scope,
                             const r4::Node& target, const Rule* rule, const Placement* placement)
{
    for (const auto& place : places) {
        const auto* const leaf = work_.source.head(scope.resolve(place));
        if (leaf == nullptr) {
            continue;
        }
        const auto number = static_cast<std::uint32_t>(leaf - work_.source.leaves.data());
        work_.source.mark(number, LeafState::mapped);
        work_.marks.push_back(
            {.target = &target, .rule = rule, .placement = placement, .leaf = number});
    }
}

void MapRunner::tell(const Leaf& leaf, base::Severity severity, base::Errc code, const Rule& rule,
                     std::string_view path, base::Text expected, std::string_view text)
{
    work_.told[static_cast<std::size_t>(&leaf - work_.source.leaves.data())] = true;
    work_.issues.push_back({severity, code, place_of(work_.source, leaf), std::string(path),
                            work_.plan.packages[rule.package].name + ":" + rule.id,
                            std::move(expected), base::kind_of(text)});
}

std::optional<std::string_view> MapRunner::text_at(const Leaf& leaf, const Rule& rule)
{
    if (const auto text = plain_text(work_.source, leaf)) {
        return text;
    }
    const auto decoded = text_of(work_.source, leaf);
    if (!decoded) {
        tell(leaf, base::Severity::error, base::Errc::wrong_charset, rule, {},
             {"texto del juego de caracteres declarado", "text of the declared character set"},
             work_.source.raw(leaf));
        return std::nullopt;
    }
    return work_.document.keep(*decoded);
}

}  // namespace mapping
