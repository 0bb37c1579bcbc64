#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/plan.hpp"

namespace mapping {

/// Columns of a rule table, for the place of a fault (one more in a table of changes).
enum Column : std::size_t { kRule = 1, kSource, kWhen, kTarget, kAs, kVocab, kValue, kNote };

/// A row that is in force, and the package that wrote it.
struct PlacedRow {
    RuleRow text;
    std::uint16_t package = 0;
};

/// What the steps of one compilation share.
struct CompileContext {
    Plan& plan;
    base::Issues& faults;
    std::map<std::string, std::vector<PlacedRow>> rows;  ///< in force, by map
    std::map<std::string, std::uint32_t> maps;           ///< number by name
    std::map<std::string, std::uint32_t> vocabularies;
    std::map<std::string, std::uint32_t> instances;
    std::set<std::string> segments;  ///< names of all structures

    [[nodiscard]] bool is_structure(const std::string& name) const
    {
        return name == "*" || name == "+" || plan.profiles.contains(name);
    }

    /// An empty map to `type`, declared under `name`.
    std::uint32_t declare(const std::string& name, const fhir::r4::Type& type);

    void fault(const RuleRow& row, std::size_t column, base::Text expected);

    /// false: the condition is no condition, and a fault says so.
    bool compile_when(const RuleRow& row, const std::optional<Operand>& self, Condition& when,
                      std::vector<Operand>& decided);
};

/// Vocabularies, structures, events, columns and keys of all packages; rows merged by layer.
void gather(CompileContext& context);

/// The rules of every map.
void compile_rules(CompileContext& context);

/// The rows of structures: which segment goes through which map, into which resource.
void compile_placements(CompileContext& context);

}  // namespace mapping
