#include <algorithm>
#include <array>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/primitives.hpp"
#include "fhir_models/r4/schema.hpp"
#include "mapping/condition_tokens.hpp"
#include "mapping/plan_context.hpp"
#include "mapping/plan_target.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

struct NamedConvert {
    std::string_view name;
    Convert convert;
};

constexpr std::array kConverts{
    NamedConvert{"dmy", Convert::dmy},     NamedConvert{"hms", Convert::hms},
    NamedConvert{"oid", Convert::oid},     NamedConvert{"uuid", Convert::uuid_urn},
    NamedConvert{"hex", Convert::hex},     NamedConvert{"base64", Convert::base64_of_text},
    NamedConvert{"cie10", Convert::cie10}, NamedConvert{"digest", Convert::digest},
};

/// Quantity and what R4 derives from it are written alike.
std::string_view family(std::string_view type) noexcept
{
    for (const auto* same : {"Age", "Count", "Distance", "Duration", "SimpleQuantity"}) {
        if (type == same) {
            return "Quantity";
        }
    }
    return type;
}

bool accepts(const r4::Type& target, const r4::Type& map) noexcept
{
    const bool primitives =
        target.kind == r4::TypeKind::primitive && map.kind == r4::TypeKind::primitive;
    return primitives || family(target.name) == family(map.name) || target.name == map.name;
}

/// Compiles the rows of datatype and segment maps.
class RuleCompiler {
public:
    explicit RuleCompiler(CompileContext& context) : context_(context) {}

    void compile()
    {
        for (const auto& [name, rows] : context_.rows) {
            if (!context_.is_structure(name)) {
                declare(name, rows);
            }
        }
        for (auto& map : context_.plan.maps) {
            for (const auto& row : context_.rows.at(map.name)) {
                if (auto rule = compile_rule(map, row)) {
                    map.rules.push_back(*std::move(rule));
                }
            }
        }
    }

private:
    void declare(const std::string& name, const std::vector<PlacedRow>& rows)
    {
        const auto* const type = type_of_map(name);
        if (type == nullptr) {
            if (!rows.empty()) {
                context_.fault(rows.front().text, kRule,
                               {"un mapa ORIGEN[TipoFHIR] o una estructura conocida",
                                "a map SOURCE[FhirType] or a known structure"});
            }
            return;
        }
        const auto number = context_.declare(name, *type);
        if (name.starts_with("Complete[")) {
            context_.plan.completions[std::string(type->name)] = number;
            context_.plan.completed_inside.emplace(type->name.substr(0, type->name.find('.')));
        }
    }

    /// Inside a datatype map "CWE" alone is the value at hand, not a segment.
    std::optional<Operand> operand(std::string_view text, const std::string& map)
    {
        if (map.substr(0, map.find('[')) == text && !map.starts_with("Complete")) {
            const bool segment = context_.segments.contains(std::string(text));
            if (!segment) {
                return Operand{};
            }
        }
        const auto parsed = parse_operand(text);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }

    std::optional<Rule> compile_rule(Map& map, const PlacedRow& row)
    {
        const auto& text = row.text;
        Rule rule;
        rule.id = text.id;
        rule.package = row.package;
        if (map.name.starts_with("Complete[")) {
            rule.unless = r4::find_element(*map.type, text.source);
        }
        if (!text.source.empty() && rule.unless == nullptr) {
            rule.source = operand(text.source, map.name);
            if (!rule.source) {
                context_.fault(
                    text, kSource,
                    {"un lugar como PID-3.1, CX.4 o c26", "a place such as PID-3.1, CX.4 or c26"});
                return std::nullopt;
            }
        }
        if (!context_.compile_when(text, rule.source, rule.when, rule.decided)) {
            return std::nullopt;
        }
        if (text.target.empty()) {
            if (text.note.empty()) {
                context_.fault(text, kNote,
                               {"la razón por la que se ignora", "the reason why it is ignored"});
            }
            if (!rule.source) {
                context_.fault(text, kSource, {"lo que se ignora", "what is ignored"});
                return std::nullopt;
            }
            rule.decided.clear();
            rule.note = text.note;
            return rule;
        }
        const auto slot = add_target(map, text.target);
        if (!slot) {
            context_.fault(text, kTarget, slot.error());
            return std::nullopt;
        }
        rule.slot = *slot;
        for (auto at = rule.slot; at != 0; at = map.slots[at].parent) {
            rule.top = map.slots[at].element;
            rule.beside = rule.beside || map.slots[at].extension;
            rule.hops = rule.hops || map.slots[at].hop;
            rule.chooses = rule.chooses || map.slots[at].choice;
        }
        if (const auto* const element = map.slots[rule.slot].element; element != nullptr) {
            rule.other_end = element->path == "Period.start" ? "end"
                             : element->path == "Period.end" ? "start"
                                                             : "";
        }
        return compile_action(map, text, rule) ? std::optional(std::move(rule)) : std::nullopt;
    }

    bool compile_action(const Map& map, const RuleRow& text, Rule& rule)
    {
        const auto& slot = map.slots[rule.slot];
        rule.action = Action::text;
        if (!text.vocab.empty()) {
            const auto found = context_.vocabularies.find(text.vocab);
            if (found == context_.vocabularies.end()) {
                context_.fault(text, kVocab, {"un vocabulario conocido", "a known vocabulary"});
                return false;
            }
            rule.vocab = found->second;
        }
        if (!compile_value(map, text, rule)) {
            return false;
        }
        const auto* const convert = std::ranges::find(kConverts, text.as, &NamedConvert::name);
        if (convert != kConverts.end()) {
            rule.convert = convert->convert;
        } else if (!text.as.empty()) {
            const auto found = context_.maps.find(text.as);
            if (found == context_.maps.end()) {
                context_.fault(text, kAs,
                               {"un mapa o una conversión conocidos", "a known map or conversion"});
                return false;
            }
            rule.action = Action::apply;
            rule.map = found->second;
            if (!accepts(*slot.type, *context_.plan.maps[rule.map].type)) {
                context_.fault(text, kAs,
                               {"un mapa hacia " + std::string(slot.type->name),
                                "a map to " + std::string(slot.type->name)});
                return false;
            }
            return true;
        }
        if (slot.type->kind != r4::TypeKind::primitive) {
            context_.fault(text, kAs,
                           {"un mapa hacia " + std::string(slot.type->name),
                            "a map to " + std::string(slot.type->name)});
            return false;
        }
        if (!rule.source && rule.parts.empty()) {
            context_.fault(text, kValue, {"un valor o un lugar de origen", "a value or a source"});
            return false;
        }
        return check_codes(text, slot, rule);
    }

    /// What is known now of the text a rule will write.
    bool check_codes(const RuleRow& text, const Slot& slot, const Rule& rule)
    {
        if (slot.element == nullptr) {
            return true;
        }
        const auto* const set = r4::value_set_of(*slot.element);
        const bool closed = set != nullptr && set->enumerable();
        const auto wrong = [&](std::size_t column) {
            context_.fault(
                text, column,
                {"un código de " + std::string(set->url), "a code of " + std::string(set->url)});
        };
        if (rule.constant) {
            std::string literal;
            for (const auto& part : rule.parts) {
                literal += part.literal;
            }
            if (!r4::is_well_formed(r4::primitive_of(*slot.type), literal)) {
                context_.fault(text, kValue, r4::form_of(r4::primitive_of(*slot.type)));
                return false;
            }
            if (closed && !set->has(literal)) {
                wrong(kValue);
                return false;
            }
        } else if (rule.vocab && closed) {
            for (const auto& [code, to] : context_.plan.vocabularies[*rule.vocab].codes) {
                if (!to.code.empty() && !set->has(to.code)) {
                    wrong(kVocab);
                    return false;
                }
            }
        }
        return true;
    }

    bool compile_value(const Map& map, const RuleRow& text, Rule& rule)
    {
        if (text.value.empty()) {
            return true;
        }
        const auto tokens = tokenize(text.value);
        if (!tokens) {
            context_.fault(text, kValue,
                           {"\"texto\" o lugares unidos con +", "\"text\" or places joined by +"});
            return false;
        }
        rule.constant = true;
        for (const auto& token : *tokens) {
            if (token.kind == Token::Kind::text) {
                rule.parts.push_back({token.text, std::nullopt});
            } else if (token.kind == Token::Kind::operand ||
                       (token.kind == Token::Kind::word && !token.is("+"))) {
                const auto place = operand(token.text, map.name);
                if (!place) {
                    context_.fault(
                        text, kValue,
                        {"\"texto\" o lugares unidos con +", "\"text\" or places joined by +"});
                    return false;
                }
                rule.parts.push_back({{}, place});
                rule.constant = false;
            }
        }
        return true;
    }

    CompileContext& context_;
};

}  // namespace

void compile_rules(CompileContext& context)
{
    RuleCompiler(context).compile();
}

}  // namespace mapping
