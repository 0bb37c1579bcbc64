#include "mapping/rules/rule_pack.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/national/clues.hpp"
#include "fhir_models/national/curp.hpp"
#include "mapping/rules/forms.hpp"

namespace mapping::rules {
namespace {

using Must = RulePack::Must;
using fhir::national::Clues;
using fhir::national::Curp;

/// What the argument of a check has to be.
enum class Argument : std::uint8_t { none, words, codes, list, condition, range, column, age };

struct Kind {
    std::string_view word;
    Must must;
    Argument argument;
};

constexpr std::array kKinds{
    // clang-format off
    Kind{"one_of",    Must::one_of,    Argument::words},
    Kind{"none_of",   Must::none_of,   Argument::words},
    Kind{"list_of",   Must::list_of,   Argument::list},
    Kind{"holds",     Must::holds,     Argument::condition},
    Kind{"range",     Must::range,     Argument::range},
    Kind{"not_less",  Must::not_less,  Argument::column},
    Kind{"date",      Must::date,      Argument::none},
    Kind{"not_after", Must::not_after, Argument::column},
    Kind{"age",       Must::age,       Argument::age},
    Kind{"curp",      Must::curp,      Argument::none},
    Kind{"curp_age",  Must::curp_age,  Argument::age},
    Kind{"clues",     Must::clues,     Argument::none},
    Kind{"name",      Must::name,      Argument::none},
    Kind{"trimmed",   Must::trimmed,   Argument::none},
    Kind{"vocab",     Must::one_of,    Argument::codes},
    // clang-format on
};

constexpr std::string_view kAgeUntil = "age_until";

const Kind* kind_of_check(std::string_view word)
{
    const auto found = std::ranges::find(kKinds, word, &Kind::word);
    return found == kKinds.end() ? nullptr : &*found;
}

/// "c13" to 13; 0 when it is no column.
std::uint32_t column_of(std::string_view text)
{
    const auto number = text.starts_with('c') ? base::to_size(text.substr(1)) : std::nullopt;
    return number && *number < 1000 ? static_cast<std::uint32_t>(*number) : 0;
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    for (const auto word : base::split(text, ' ')) {
        if (!word.empty()) {
            words.emplace_back(word);
        }
    }
    return words;
}

std::optional<base::Severity> severity_of(std::string_view text)
{
    for (const auto one :
         {base::Severity::error, base::Severity::warning, base::Severity::information}) {
        if (text == base::to_code(one)) {
            return one;
        }
    }
    return std::nullopt;
}

/// In sorted words.
bool contains(const std::vector<std::string>& words, std::string_view word)
{
    return std::ranges::binary_search(words, word);
}

/// A record of one row has no other segment to look for.
class Alone final : public Neighbours {
public:
    [[nodiscard]] std::optional<std::uint32_t> nearest(std::uint32_t,
                                                       std::array<char, 3>) const override
    {
        return std::nullopt;
    }
};

bool holds(const Condition& condition, const SourceTree& tree)
{
    const Alone alone;
    return condition.holds({.tree = tree, .neighbours = alone});
}

bool is_number(std::string_view text, std::int64_t least, std::int64_t most, int decimals)
{
    const auto number = decimal_from(text);
    return number && number->decimals <= decimals && number->thousandths >= least &&
           number->thousandths <= most;
}

/// Distinct values of a list, those that stand alone standing alone.
bool is_list(std::span<const std::string_view> values, const std::vector<std::string>& words,
             const std::vector<std::string>& alone)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto before = values.first(i);
        const bool known =
            contains(words, values[i]) || (values.size() == 1 && contains(alone, values[i]));
        if (!known || std::ranges::find(before, values[i]) != before.end()) {
            return false;
        }
    }
    return !values.empty();
}

}  // namespace

bool RulePack::compile_argument(const CheckRow& row, const CodesOf& codes_of, Rule& rule)
{
    const auto* kind = kind_of_check(row.must);
    if (kind == nullptr) {
        return false;
    }
    rule.must = kind->must;
    switch (kind->argument) {
        case Argument::none:
            return row.argument.empty();
        case Argument::words:
            rule.words = words_of(row.argument);
            return !rule.words.empty();
        case Argument::codes: {
            auto codes = codes_of(row.argument);
            if (!codes) {
                return false;
            }
            rule.words = *std::move(codes);
            return true;
        }
        case Argument::list:
            for (auto& word : words_of(row.argument)) {
                if (word.back() == '!') {
                    word.pop_back();
                    rule.alone.push_back(std::move(word));
                } else {
                    rule.words.push_back(std::move(word));
                }
            }
            return !rule.words.empty();
        case Argument::condition: {
            auto condition = Condition::parse(row.argument, std::nullopt);
            if (!condition || condition->always()) {
                return false;
            }
            rule.condition = *std::move(condition);
            return true;
        }
        case Argument::range: {
            // least, greatest, decimals and, where there is one, the value that says "unknown"
            auto words = words_of(row.argument);
            const auto decimals = words.size() < 3 ? std::nullopt : base::to_size(words[2]);
            if (!decimals || *decimals > 3 || words.size() > 4) {
                return false;
            }
            const auto least = decimal_from(words[0]);
            const auto most = decimal_from(words[1]);
            if (!least || !most) {
                return false;
            }
            rule.least = least->thousandths;
            rule.most = most->thousandths;
            rule.decimals = static_cast<int>(*decimals);
            rule.words.assign(words.begin() + 3, words.end());
            return true;
        }
        case Argument::column:
            rule.other = column_of(row.argument);
            return rule.other != 0;
        case Argument::age:
            rule.must_age = AgeRange::parse(row.argument);
            return rule.must_age.has_value();
    }
    return false;
}

std::optional<RulePack::Rule> RulePack::compile_rule(const CheckRow& row, const CodesOf& codes_of,
                                                     base::Issues& faults)
{
    const auto refuse = [&](std::size_t column, base::Text expected) -> std::optional<Rule> {
        faults.push_back(package_fault(row.place, column, row.id, std::move(expected)));
        return std::nullopt;
    };
    Rule rule;
    rule.id = row.id;
    rule.column = column_of(row.column);
    if (rule.column == 0) {
        return refuse(2, {"una columna, como c13", "a column, as c13"});
    }
    auto when = Condition::parse(row.when, std::nullopt);
    if (!when) {
        return refuse(
            3, {"una condición, ver packages/README.md", "a condition, see packages/README.md"});
    }
    rule.when = *std::move(when);
    rule.age = row.age.empty() ? std::nullopt : AgeRange::parse(row.age);
    if (!row.age.empty() && !rule.age) {
        return refuse(4, {"un intervalo de edad, como 009A-059A", "a range of ages, as 009A-059A"});
    }
    if (!compile_argument(row, codes_of, rule)) {
        return refuse(5, {"una comprobación y su argumento, ver packages/README.md",
                          "a check and its argument, see packages/README.md"});
    }
    const auto severity = severity_of(row.severity);
    if (!severity) {
        return refuse(7, {"error, warning o information", "error, warning or information"});
    }
    std::ranges::sort(rule.words);
    std::ranges::sort(rule.alone);
    rule.severity = *severity;
    rule.expected = {row.es + " (" + row.official + ")", row.en + " (" + row.official + ")"};
    return rule;
}

RulePack RulePack::compile(std::span<const CheckRow> rows, const CodesOf& codes_of,
                           base::Issues& faults)
{
    RulePack pack;
    for (const auto& row : rows) {
        if (row.must == kAgeUntil) {
            pack.birth_column_ = column_of(row.column);
            pack.visit_column_ = column_of(row.argument);
        } else if (auto rule = compile_rule(row, codes_of, faults)) {
            pack.rules_.push_back(*std::move(rule));
        }
    }
    return pack;
}

bool RulePack::satisfied(const Rule& rule, const Row& row, const Moment& moment)
{
    const auto values = row.values(rule.column);
    const auto text = row.text(rule.column);
    switch (rule.must) {
        case Must::one_of:
            return contains(rule.words, text);
        case Must::none_of:
            return !contains(rule.words, text);
        case Must::list_of:
            return is_list(values, rule.words, rule.alone);
        case Must::holds:
            return holds(*rule.condition, row.tree());
        case Must::range:
            return contains(rule.words, text) ||
                   is_number(text, rule.least, rule.most, rule.decimals);
        case Must::not_less: {
            const auto here = decimal_from(text);
            const auto there = decimal_from(row.text(rule.other));
            return !here || !there || here->thousandths >= there->thousandths;
        }
        case Must::date:
            return date_from_dmy(text).has_value();
        case Must::not_after: {
            const auto here = date_from_dmy(text);
            const auto there = date_from_dmy(row.text(rule.other));
            return !here || !there || *here <= *there;
        }
        case Must::age:
            return !moment.birth || !moment.visit ||
                   rule.must_age->contains(*moment.birth, *moment.visit);
        case Must::curp:
            return Curp::is_generic(text) || Curp::parse(text);
        case Must::curp_age: {
            const auto curp = Curp::parse(text);
            return !curp || !moment.visit ||
                   rule.must_age->contains(curp->birth_date(), *moment.visit);
        }
        case Must::clues:
            return Clues::parse(text).has_value();
        case Must::name:
            return is_official_name(text);
        case Must::trimmed:
            return base::trim(text).size() == text.size();
    }
    return true;
}

void RulePack::check(const SourceTree& tree, base::Issues& found) const
{
    const Row row(tree);
    Moment moment{date_from_dmy(row.text(birth_column_)), date_from_dmy(row.text(visit_column_))};
    if (moment.birth && moment.visit && *moment.visit < *moment.birth) {
        moment.birth.reset();  // no age: a date in the future, or 09/09/9999 for "unknown"
    }
    for (const auto& rule : rules_) {
        // A rule about people of an age says nothing when the age cannot be told.
        const bool of_age = !rule.age || (moment.birth && moment.visit &&
                                          rule.age->contains(*moment.birth, *moment.visit));
        // Most values are right, and that is the cheaper question.
        if (!of_age || satisfied(rule, row, moment) || !holds(rule.when, tree)) {
            continue;
        }
        base::Issue issue;
        issue.severity = rule.severity;
        issue.code = base::Errc::rule_violated;
        issue.where = row.place(rule.column);
        issue.rule = rule.id;
        issue.expected = rule.expected;
        issue.found = base::kind_of(row.text(rule.column));
        found.push_back(std::move(issue));
    }
}

}  // namespace mapping::rules
