#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "mapping/condition.hpp"
#include "mapping/package.hpp"
#include "mapping/rules/age.hpp"
#include "mapping/rules/row.hpp"

namespace mapping::rules {

/// The codes of the vocabulary `name`; nothing when there is no such vocabulary.
using CodesOf = std::function<std::optional<std::vector<std::string>>(const std::string& name)>;

/// The validation text of one guide as rules over one row: ranges, catalogues, dependences between
/// variables. The columns of its table are described in packages/README.md.
///
/// Owns:     its rules.
/// Threads:  immutable; check() from many.
class RulePack {
public:
    /// Errors: every faulty row is appended to `faults` (malformed_package) and left out.
    [[nodiscard]] static RulePack compile(std::span<const CheckRow> rows, const CodesOf& codes_of,
                                          base::Issues& faults);

    [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return rules_.size(); }

    /// Appends what the row violates: rule_violated, `where` = "row 7, column 13", `rule` the id,
    /// `expected` the sentence of the rule with the number of the official text.
    void check(const SourceTree& row, base::Issues& found) const;

    enum class Must : std::uint8_t {
        one_of,
        none_of,
        list_of,
        holds,
        range,
        not_less,
        date,
        not_after,
        age,
        curp,
        curp_age,
        clues,
        name,
        trimmed,
    };

private:
    struct Rule {
        std::string id;
        std::uint32_t column = 0;
        Condition when;
        std::optional<AgeRange> age;
        Must must = Must::one_of;
        std::vector<std::string> words;      ///< of one_of, none_of, list_of, range; sorted
        std::vector<std::string> alone;      ///< of list_of: those that stand by themselves
        std::optional<Condition> condition;  ///< of holds
        std::optional<AgeRange> must_age;    ///< of age, curp_age
        std::uint32_t other = 0;             ///< column of not_less, not_after
        std::int64_t least = 0;              ///< of range, in thousandths
        std::int64_t most = 0;
        int decimals = 0;
        base::Severity severity = base::Severity::error;
        base::Text expected;
    };

    /// What several rules ask of a row, found once.
    struct Moment {
        std::optional<base::Date> birth;
        std::optional<base::Date> visit;
    };

    [[nodiscard]] static bool satisfied(const Rule& rule, const Row& row, const Moment& moment);
    [[nodiscard]] static std::optional<Rule> compile_rule(const CheckRow& row,
                                                          const CodesOf& codes_of,
                                                          base::Issues& faults);
    [[nodiscard]] static bool compile_argument(const CheckRow& row, const CodesOf& codes_of,
                                               Rule& rule);

    std::vector<Rule> rules_;
    std::uint32_t birth_column_ = 0;
    std::uint32_t visit_column_ = 0;
};

}  // namespace mapping::rules
