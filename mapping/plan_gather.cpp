#include <algorithm>
#include <iterator>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/schema.hpp"
#include "mapping/plan_context.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

class Gatherer {
public:
    explicit Gatherer(CompileContext& context) : context_(context) {}

    void gather()
    {
        gather_tables();
        merge_rules();
    }

private:
    void gather_tables()
    {
        std::string digests;
        std::uint16_t number = 0;
        for (auto& package : context_.plan.packages) {
            digests.append(package.name).append(" ").append(package.digest).append("\n");
            for (const auto& row : package.structures) {
                auto& profile = context_.plan.profiles[row.structure];
                profile.package = number;
                profile.structure.add(row.path, row.repeats, row.required);
            }
            for (const auto& row : package.events) {
                context_.plan.events[row.event] = row.structure;
            }
            for (const auto& row : package.columns) {
                auto& names = context_.plan.columns[row.profile];
                names.resize(std::max(names.size(), row.column));
                names[row.column - 1] = row.name;
            }
            for (auto& row : package.codes) {
                auto& vocabulary = context_.plan.vocabularies[vocabulary_number(row.vocab)];
                Concept to{row.target, row.display, row.system};
                if (row.code == "*") {
                    vocabulary.other = std::move(to);
                } else {
                    vocabulary.codes.insert_or_assign(std::move(row.code), std::move(to));
                }
            }
            for (const auto& row : package.keys) {
                add_key(row);
            }
            ++number;
        }
        context_.plan.digest = base::to_hex(base::view(base::sha256(digests)));
    }

    void add_key(const KeyRow& row)
    {
        Key key;
        for (const auto part : base::split(row.key, '+')) {
            const auto path = std::string(row.type) + "." + std::string(base::trim(part));
            if (base::trim(part) != "sender" && !r4::resolve(path)) {
                context_.faults.push_back(
                    package_fault(row.place, 2, {}, {"una ruta de R4", "a path of R4"}));
            }
            key.parts.emplace_back(base::trim(part));
        }
        context_.plan.keys[row.type].push_back(std::move(key));
    }

    std::uint32_t vocabulary_number(const std::string& name)
    {
        const auto [at, added] = context_.vocabularies.try_emplace(
            name, static_cast<std::uint32_t>(context_.plan.vocabularies.size()));
        if (added) {
            context_.plan.vocabularies.push_back({name, {}, std::nullopt});
        }
        return at->second;
    }

    void merge_rules()
    {
        std::uint16_t number = 0;
        for (auto& package : context_.plan.packages) {
            std::ranges::stable_sort(package.rules, [](const RuleRow& a, const RuleRow& b) {
                return a.verb == Verb::none && b.verb != Verb::none;
            });
            for (auto& row : package.rules) {
                merge({std::move(row), number});
            }
            package.rules.clear();
            package.codes.clear();
            ++number;
        }
    }

    void merge(PlacedRow row)
    {
        auto& rows = context_.rows[row.text.map];
        auto& index = ids_[row.text.map];  // ids; a disabled row stays as a name
        const bool known = index.contains(row.text.id);
        switch (row.text.verb) {
            case Verb::none:
            case Verb::add:
            case Verb::first:
                if (known) {
                    context_.fault(row.text, kRule,
                                   {"un id que no exista aún", "an id that does not exist"});
                    return;
                }
                index.insert(row.text.id);
                if (row.text.verb == Verb::first) {
                    rows.insert(rows.begin(), std::move(row));
                } else {
                    rows.push_back(std::move(row));
                }
                return;
            case Verb::replace:
            case Verb::disable: {
                const auto found = std::ranges::find(
                    rows, row.text.id, [](const PlacedRow& other) { return other.text.id; });
                if (found == rows.end()) {
                    context_.fault(row.text, kRule,
                                   {"el id de una regla que exista", "the id of a rule"});
                } else if (row.text.verb == Verb::replace) {
                    *found = std::move(row);
                } else {
                    rows.erase(found);
                }
                return;
            }
        }
    }

    CompileContext& context_;
    std::map<std::string, std::set<std::string>> ids_;  ///< by map; a disabled id stays taken
};

/// The rules of each guide, by the first part of their ids.
void compile_checks(CompileContext& context)
{
    const auto codes_of = [&](const std::string& name) -> std::optional<std::vector<std::string>> {
        const auto found = context.vocabularies.find(name);
        if (found == context.vocabularies.end()) {
            return std::nullopt;
        }
        std::vector<std::string> codes;
        for (const auto& [code, to] : context.plan.vocabularies[found->second].codes) {
            codes.push_back(code);
        }
        return codes;
    };
    std::map<std::string, std::vector<CheckRow>> by_profile;
    for (auto& package : context.plan.packages) {
        for (auto& row : package.checks) {
            by_profile[row.id.substr(0, row.id.find('/'))].push_back(std::move(row));
        }
        package.checks.clear();
    }
    for (const auto& [profile, rows] : by_profile) {
        context.plan.checks.emplace(profile,
                                    rules::RulePack::compile(rows, codes_of, context.faults));
    }
}

void compile_outgoing(CompileContext& context, const std::vector<CodeRow>& codes)
{
    std::vector<OutRow> rows;
    for (auto& package : context.plan.packages) {
        std::ranges::move(package.outgoing, std::back_inserter(rows));
        package.outgoing.clear();
    }
    context.plan.outgoing = hl7v2::Outgoing::compile(rows, codes, context.faults);
}

}  // namespace

void gather(CompileContext& context)
{
    std::vector<CodeRow> codes;  // before the gatherer takes them
    for (const auto& package : context.plan.packages) {
        std::ranges::copy_if(package.codes, std::back_inserter(codes), [](const CodeRow& row) {
            return row.vocab.starts_with("v2:");  // vocabularies of what we write
        });
    }
    Gatherer(context).gather();
    compile_checks(context);
    compile_outgoing(context, codes);
    for (auto& [name, profile] : context.plan.profiles) {
        profile.placements.resize(profile.structure.nodes.size());
        for (const auto& node : profile.structure.nodes) {
            if (!node.group) {
                context.segments.insert(node.name);
            }
        }
    }
}

}  // namespace mapping
