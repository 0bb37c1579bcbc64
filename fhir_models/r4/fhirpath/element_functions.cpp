#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/narrative.hpp"

namespace fhir::r4::fhirpath::functions {
namespace {

constexpr std::string_view kBaseProfiles = "http://hl7.org/fhir/StructureDefinition/";

Collection of_exact_type(const Call& call)
{
    Collection out;
    for (const auto& item : call.input) {
        if (is_exactly(item, call.term.type)) {
            out.push_back(item);
        }
    }
    return out;
}

const Node* contained_resource(const Evaluation& evaluation, std::string_view id)
{
    const auto& around = evaluation.around();
    const auto* const root =
        around.root_resource != nullptr ? around.root_resource : around.resource;
    const auto* const contained = root != nullptr ? root->find("contained") : nullptr;
    if (contained != nullptr) {
        for (const auto& inner : *contained) {
            if (inner.text_of("id") == id) {
                return &inner;
            }
        }
    }
    return nullptr;
}

}  // namespace

Collection is(Evaluation& evaluation, const Call& call)
{
    if (call.input.size() > 1) {
        return evaluation.fail(call.term.offset, {"un solo elemento", "a single item"});
    }
    return call.input.empty()
               ? Collection{}
               : one(is_of(call.input[0], call.term.type, evaluation.around().loose_types));
}

/// Of many items as() is an error by the norm, yet invariants of R4 itself ask it (dom-3).
Collection as(Evaluation& evaluation, const Call& call)
{
    if (evaluation.around().strict && call.input.size() > 1) {
        return evaluation.fail(call.term.offset, {"un solo elemento", "a single item"});
    }
    return of_exact_type(call);
}

Collection of_type(Evaluation&, const Call& call)
{
    return of_exact_type(call);
}

Collection type(Evaluation&, const Call& call)
{
    Collection out;
    for (const auto& item : call.input) {
        auto& value = out.emplace_back();
        value.kind = ValueKind::type;
        value.text = type_name(item);
        value.truth = is_system(item);
    }
    return out;
}

Collection children(Evaluation& evaluation, const Call& call)
{
    Collection out;
    for (const auto& item : call.input) {
        append_children(item, out);
    }
    evaluation.spend(out.size(), call.term.offset);
    return out;
}

Collection descendants(Evaluation& evaluation, const Call& call)
{
    Collection out;
    for (const auto& item : call.input) {
        append_children(item, out);
    }
    for (std::size_t i = 0; i < out.size() && evaluation.spend(1, call.term.offset); ++i) {
        const auto item = out[i];  // the collection grows under it
        append_children(item, out);
    }
    return out;
}

Collection has_value(Evaluation&, const Call& call)
{
    return one(call.input.size() == 1 && !call.input[0].twin_only &&
               (call.input[0].kind != ValueKind::element || call.input[0].is_primitive_element()));
}

Collection extension(Evaluation& evaluation, const Call& call)
{
    const auto url = evaluation.single_text(evaluation.argument(call, 0), call.term.offset);
    Collection all;
    for (const auto& item : call.input) {
        append_members(item, "extension", all);
    }
    Collection out;
    for (const auto& item : all) {
        if (url && item.node->text_of("url") == *url) {
            out.push_back(item);
        }
    }
    return out;
}

Collection resolve(Evaluation& evaluation, const Call& call)
{
    Collection out;
    for (const auto& item : call.input) {
        const auto value = to_system(item);
        const auto reference = value.kind == ValueKind::string ? value.text
                               : item.node != nullptr          ? item.node->text_of("reference")
                                                               : std::string_view{};
        const auto& around = evaluation.around();
        const Node* found = nullptr;
        if (reference.starts_with('#')) {
            found = contained_resource(evaluation, reference.substr(1));
        } else if (!reference.empty() && around.resolve) {
            found = around.resolve(reference);
        }
        if (found != nullptr) {
            out.push_back(resource_value(*found));
        }
    }
    return out;
}

/// Of the profiles only the base definitions are known here.
Collection conforms_to(Evaluation& evaluation, const Call& call)
{
    const auto url = evaluation.single_text(evaluation.argument(call, 0), call.term.offset);
    if (!url || call.input.empty()) {
        return {};
    }
    const bool base = url->starts_with(kBaseProfiles);
    const auto name = base ? url->substr(kBaseProfiles.size()) : *url;
    const auto* const type = base ? find_type(name) : nullptr;
    if (type == nullptr || call.input.size() > 1) {
        return evaluation.fail(call.term.offset, {"un perfil base de R4", "a base profile of R4"});
    }
    return one(is_of(call.input[0], {name, type, false}, false));
}

Collection html_checks(Evaluation&, const Call& call)
{
    for (const auto& item : call.input) {
        const auto value = to_system(item);
        if (value.kind == ValueKind::string &&
            judge_narrative(value.text) == Narrative::forbidden) {
            return one(false);
        }
    }
    return one(true);
}

Collection today(Evaluation& evaluation, const Call&)
{
    return one(Value::of(Temporal::at(evaluation.around().now, TemporalKind::date)));
}

Collection now(Evaluation& evaluation, const Call&)
{
    return one(Value::of(Temporal::at(evaluation.around().now, TemporalKind::date_time)));
}

Collection time_of_day(Evaluation& evaluation, const Call&)
{
    return one(Value::of(Temporal::at(evaluation.around().now, TemporalKind::time)));
}

}  // namespace fhir::r4::fhirpath::functions
