#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/primitives.hpp"
#include "mapping/convert.hpp"
#include "mapping/map_runner.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

r4::Node& array_of(r4::Document& document, r4::Node& parent, std::string_view name)
{
    auto* const found = parent.find(name);
    return found != nullptr ? *found : document.add(parent, name, r4::Kind::array);
}

}  // namespace

/// Looks the code up and writes what it stands for; false: the vocabulary does not have it.
bool MapRunner::translate(r4::Node& node, const r4::Type& type, const Rule& rule, const Leaf& leaf,
                          std::string_view code)
{
    code = base::trim(code);
    const auto& vocabulary = work_.plan.vocabularies[*rule.vocab];
    const auto* const found = vocabulary.find(code);
    if (found == nullptr || found->code.empty()) {
        const bool primitive = type.kind == r4::TypeKind::primitive;
        if (primitive || found == nullptr) {
            tell(leaf, primitive ? base::Severity::warning : base::Severity::information,
                 base::Errc::unknown_code, rule, type.name,
                 {"un código de " + vocabulary.name, "a code of " + vocabulary.name}, code);
        }
        return false;
    }
    if (type.kind == r4::TypeKind::primitive) {
        auto text = found->code;
        if (const auto gap = text.find("{}"); gap != std::string::npos) {
            text.replace(gap, 2, code);  // "urn:id:{}": a name FHIR wants as a URI
        }
        return set(node, type, nullptr, rule, text, &leaf);
    }
    auto& document = work_.document;
    auto* coding = &node;
    if (type.name == "CodeableConcept") {
        auto& array = array_of(document, node, "coding");
        coding = &document.add(array, {}, r4::Kind::object);
    } else if (type.name != "Coding") {
        return false;
    }
    if (!found->system.empty()) {
        document.add(*coding, "system", r4::Kind::string, document.keep(found->system));
    }
    document.add(*coding, "code", r4::Kind::string, document.keep(found->code));
    if (!found->display.empty()) {
        document.add(*coding, "display", r4::Kind::string, document.keep(found->display));
    }
    return true;
}

bool MapRunner::set(r4::Node& node, const r4::Type& type, const r4::Element* element,
                    const Rule& rule, std::string_view text, const Leaf* leaf)
{
    const auto primitive = r4::primitive_of(type);
    const auto path = element != nullptr ? element->path : type.name;
    const bool uri = primitive == r4::Primitive::uri;
    const bool said = rule.constant || (leaf != nullptr && rule.vocab && !uri);
    std::optional<Converted> converted;
    if (!said) {
        converted = convert(text, primitive, {rule.convert, work_.source.notation, work_.zone});
    }
    if (!said && !converted) {
        if (leaf != nullptr) {
            tell(*leaf, base::Severity::warning, base::Errc::malformed_value, rule, path,
                 r4::form_of(primitive), text);
        }
        return false;
    }
    const auto written = converted ? std::string_view(converted->text) : text;
    const auto* const set = element != nullptr ? r4::value_set_of(*element) : nullptr;
    if (set != nullptr && set->enumerable() && !set->has(written)) {
        if (leaf != nullptr) {
            tell(*leaf, base::Severity::warning, base::Errc::unknown_code, rule, path,
                 {"un código de " + std::string(set->url), "a code of " + std::string(set->url)},
                 text);
        }
        return false;
    }
    if (node.kind != r4::Kind::null) {
        return node.text == written;  // the first rule that wrote it wins
    }
    if (converted && converted->time_dropped && leaf != nullptr) {
        tell(*leaf, base::Severity::warning, base::Errc::malformed_value, rule, path,
             {"la zona horaria; se conserva el día", "the time zone; the day is kept"}, text);
    }
    node.kind = r4::json_kind(primitive);
    node.text = work_.document.keep(written);
    return true;
}

}  // namespace mapping
