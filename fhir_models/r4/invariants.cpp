#include "fhir_models/r4/invariants.hpp"

#include <algorithm>
#include <vector>

namespace fhir::r4 {
namespace {

struct InvariantRow {
    std::uint16_t type;
    std::uint8_t ordinal;
    std::string_view key;
    base::Severity severity;
    std::string_view human;
    std::string_view expression;
};

struct TextRule {
    std::string_view type;
    std::string_view key;
    std::string_view human;
    std::string_view expression;
};

// clang-format off
#include "fhir_models/r4/invariants_r4.inc"
#include "fhir_models/r4/text_rules.inc"
// clang-format on

/// The rows of both tables by the type they are about.
std::vector<InvariantRow> all_rows()
{
    std::vector<InvariantRow> rows(std::begin(kInvariants), std::end(kInvariants));
    for (const auto& rule : kTextRules) {
        const auto type = find_type(rule.type) - all_types().data();
        rows.push_back({static_cast<std::uint16_t>(type), Invariant::kWhole, rule.key,
                        base::Severity::error, rule.human, rule.expression});
    }
    std::ranges::stable_sort(rows, {}, &InvariantRow::type);
    return rows;
}

/// All rules in the order of their types, and where those of each type begin.
struct Compiled {
    std::vector<Invariant> rules;
    std::vector<std::size_t> begins;

    Compiled() : begins(all_types().size() + 1)
    {
        std::size_t type = 0;
        for (const auto& row : all_rows()) {
            auto expression = fhirpath::Expression::compile(row.expression);
            if (!expression) {
                continue;  // the test of this file holds that there is none
            }
            while (type <= row.type) {
                begins[type++] = rules.size();
            }
            rules.push_back(
                {row.key, row.human, row.severity, row.ordinal, *std::move(expression)});
        }
        while (type < begins.size()) {
            begins[type++] = rules.size();
        }
    }
};

}  // namespace

std::span<const Invariant> invariants_of(const Type& type)
{
    static const Compiled kCompiled;
    const auto at = static_cast<std::size_t>(&type - all_types().data());
    const auto begin = kCompiled.begins[at];
    return std::span(kCompiled.rules).subspan(begin, kCompiled.begins[at + 1] - begin);
}

}  // namespace fhir::r4
