#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/narrative.hpp"
#include "fhir_models/r4/structure_walk.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;

/// Whether a contained resource names the one around it: a reference "#".
bool names_container(const Node& resource)
{
    std::vector<const Node*> open{&resource};
    while (!open.empty()) {
        const auto* const node = open.back();
        open.pop_back();
        if (node->kind == Kind::string && node->text == "#") {
            return true;
        }
        for (const auto& child : *node) {
            open.push_back(&child);
        }
    }
    return false;
}

}  // namespace

/// The invariants of a type, on one of its values.
void StructureWalk::rules(const Node& node, const Type& type, std::uint64_t seen,
                          const Place& place, Context& context)
{
    for (const auto& invariant : invariants_of(type)) {
        const auto value = fhirpath::Value::element(node, type);
        if (invariant.ordinal == Invariant::kWhole) {
            rule(invariant, value, place, context);
            continue;
        }
        if ((seen >> invariant.ordinal & 1U) == 0) {
            continue;
        }
        for (const auto& element : elements_of(type)) {
            if (element.ordinal != invariant.ordinal || node.find(element.name()) == nullptr) {
                continue;
            }
            fhirpath::Collection members;
            fhirpath::append_members(value, element.stem(), members);
            std::ptrdiff_t index = element.repeats() ? 0 : -1;
            for (const auto& member : members) {
                rule(invariant, member, place.below(element.name(), index), context);
                index += element.repeats() ? 1 : 0;
            }
        }
    }
}

/// Nothing as an answer is no violation: the rule says nothing of such data.
void StructureWalk::rule(const Invariant& rule, const fhirpath::Value& focus, const Place& place,
                         Context& context)
{
    fhirpath::Store store;
    const auto answer = rule.expression.evaluate(focus, context.around, store);
    if (!answer) {
        findings_.add(Errc::not_checked, *focus.node, place,
                      {"datos que la regla pueda leer", "data the rule can read"}, rule.key,
                      base::Severity::information);
        return;
    }
    const bool violated = answer->size() == 1 &&
                          answer->front().kind == fhirpath::ValueKind::boolean &&
                          !answer->front().truth;
    if (violated) {
        findings_.add(
            Errc::invariant, *focus.node, place,
            {"la regla " + std::string(rule.key) + " de FHIR R4: " + std::string(rule.human),
             std::string(rule.human)},
            rule.key, rule.severity);
    }
}

/// txt-1 and txt-2.
void StructureWalk::narrative(const Node& div, const Place& place)
{
    switch (judge_narrative(div.text)) {
        case Narrative::good:
            break;
        case Narrative::empty:
            findings_.add(Errc::invariant, div, place,
                          {"un texto o una imagen en el div", "text or an image in the div"},
                          "txt-2");
            break;
        case Narrative::forbidden:
            findings_.add(Errc::invariant, div, place,
                          {"XHTML bien formado, un solo div sin scripts, formularios ni eventos",
                           "well-formed XHTML, one div without scripts, forms or events"},
                          "txt-1");
            break;
    }
}

/// dom-3: what is contained is named by the resource, or names it.
void StructureWalk::unnamed_contained(const Node& resource, const Place& place,
                                      const Context& context)
{
    const auto* const contained = resource.find("contained");
    if (checks_ != Checks::all || contained == nullptr) {
        return;
    }
    std::ptrdiff_t index = 0;
    for (const auto& inner : *contained) {
        const auto id = inner.text_of("id");
        if (!id.empty() && !context.anchors.contains(id) && !names_container(inner)) {
            findings_.add(
                Errc::invariant, inner, place.below("contained", index),
                {"una referencia al recurso contenido", "a reference to what is contained"},
                "dom-3");
        }
        ++index;
    }
}

}  // namespace fhir::r4
