#include "fhir_models/r4/invariants.hpp"

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

// clang-format off
#include "fhir_models/r4/invariants_r4.inc"
// clang-format on

/// All rules in the order of the table, and where those of each type begin.
struct Compiled {
    std::vector<Invariant> rules;
    std::vector<std::size_t> begins;

    Compiled() : begins(all_types().size() + 1)
    {
        std::size_t type = 0;
        for (const auto& row : kInvariants) {
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
