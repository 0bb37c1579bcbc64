#include "mapping/plan.hpp"

#include <algorithm>

#include <set>

#include "mapping/plan_context.hpp"

namespace mapping {
namespace {

/// Which array of a target path takes the repetitions of its source: the outermost one that no
/// other field of the source shares, else the innermost.
void set_repetition(Map& map)
{
    std::vector<std::set<std::uint32_t>> fields(map.slots.size());
    const auto up = [&](std::uint32_t slot, const auto& visit) {
        for (; slot != 0; slot = map.slots[slot].parent) {
            visit(slot);
        }
    };
    for (const auto& rule : map.rules) {
        if (rule.source) {
            up(rule.slot, [&](std::uint32_t slot) { fields[slot].insert(rule.source->step[0]); });
        }
    }
    for (auto& rule : map.rules) {
        if (!rule.source || rule.source->relative()) {
            continue;
        }
        std::uint32_t innermost = 0;
        std::uint32_t own = 0;
        up(rule.slot, [&](std::uint32_t slot) {
            if (map.slots[slot].array) {
                innermost = innermost == 0 ? slot : innermost;
                own = fields[slot].size() == 1 ? slot : own;
            }
        });
        rule.repeat_depth = map.slots[own != 0 ? own : innermost].depth;
    }
}

/// Puts the rules that ask UNMAPPED behind the others and tells what each waits for.
void set_gates(Map& map)
{
    const auto late = std::ranges::stable_partition(
        map.rules, [](const Rule& rule) { return !rule.when.asks_unmapped(); });
    map.late = static_cast<std::uint32_t>(late.begin() - map.rules.begin());
    const auto own = std::ranges::find_if(map.rules, [](const Rule& rule) {
        return rule.source && !rule.source->relative() && rule.source->depth > 0;
    });
    if (own != map.rules.end()) {
        map.segment = own->source->segment;
    }
    for (const auto& rule : map.rules) {
        const auto number =
            rule.source && rule.source->depth > 0 ? std::min(rule.source->step[0], 63U) : 0U;
        const bool known =
            number > 0 && (rule.source->relative() || rule.source->segment == map.segment);
        map.gates.push_back(!known ? Map::kAlways
                                   : static_cast<std::uint8_t>(
                                         number | (rule.source->relative() ? Map::kRelative : 0)));
    }
}

}  // namespace

std::uint32_t CompileContext::declare(const std::string& name, const fhir::r4::Type& type)
{
    const auto number = static_cast<std::uint32_t>(plan.maps.size());
    maps[name] = number;
    Map map;
    map.name = name;
    map.type = &type;
    map.slots.push_back({.type = &type});
    map.keys.emplace_back();
    plan.maps.push_back(std::move(map));
    return number;
}

void CompileContext::fault(const RuleRow& row, std::size_t column, base::Text expected)
{
    const auto shift = row.verb == Verb::none ? 0U : 1U;
    faults.push_back(package_fault(row.place, column + shift, row.id, std::move(expected)));
}

bool CompileContext::compile_when(const RuleRow& row, const std::optional<Operand>& self,
                                  Condition& when, std::vector<Operand>& decided)
{
    auto parsed = Condition::parse(row.when, self);
    if (!parsed) {
        auto expected = parsed.error().expected;
        expected.es += ", " + parsed.error().where;
        expected.en += ", " + parsed.error().where;
        fault(row, kWhen, std::move(expected));
        return false;
    }
    when = *std::move(parsed);
    decided = when.decided();
    return true;
}

const Concept* Vocabulary::find(std::string_view code) const noexcept
{
    const auto found = codes.find(code);
    if (found != codes.end()) {
        return &found->second;
    }
    return other ? &*other : nullptr;
}

Plan compile(std::vector<Package> packages, base::Issues& faults)
{
    Plan plan;
    plan.packages = std::move(packages);
    CompileContext context{.plan = plan, .faults = faults};
    gather(context);
    compile_rules(context);
    compile_placements(context);
    for (auto& map : plan.maps) {
        set_repetition(map);
        set_gates(map);
        map.keys.clear();
    }
    return plan;
}

}  // namespace mapping
