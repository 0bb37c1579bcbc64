#include "fhir_models/r4/structure_walk.hpp"

#include <array>

#include "fhir_models/r4/primitives.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;
using base::Text;

/// The systems of codes and identifiers are absolute (R4 datatypes.html, Coding and Identifier;
/// valueset.html).
bool is_system(const Element& element) noexcept
{
    return element.path == "Coding.system" || element.path == "Identifier.system" ||
           element.path == "ValueSet.compose.include.system";
}

bool is_absolute(std::string_view uri) noexcept
{
    return uri.find(':') != std::string_view::npos;
}

/// "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op"
bool holds_other_version(const Node& node)
{
    const auto* const extensions = node.find("extension");
    if (extensions == nullptr) {
        return false;
    }
    for (const auto& extension : *extensions) {
        const auto url = extension.text_of("url");
        if (url.starts_with("http://hl7.org/fhir/") &&
            url.find("/StructureDefinition/extension-") != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

void StructureWalk::primitive(const Node& node, const Element& element, const Type& type,
                              const Place& place, Context& context)
{
    const auto form = primitive_of(type);
    if (node.kind != json_kind(form)) {
        findings_.add(Errc::wrong_type, node, place, form_of(form));
        return;
    }
    if (node.text.empty() || !is_well_formed(form, node.text)) {
        findings_.add(Errc::malformed_primitive, node, place, form_of(form));
        return;
    }
    if (form == Primitive::xhtml && checks_ == Checks::all) {
        narrative(node, place);
    }
    if (const auto* const codes = value_set_of(element); codes != nullptr) {
        code(node, *codes, place);
    }
    const bool uri =
        form == Primitive::uri || form == Primitive::url || form == Primitive::canonical;
    const bool reference = &element == known_.reference_text;
    if ((reference || uri) && node.text.starts_with('#')) {
        context.anchors.insert(node.text.substr(1));
    }
    if ((reference || form == Primitive::canonical) && !resolves(node.text, context.scope)) {
        findings_.add(Errc::broken_reference, node, place,
                      {"un recurso contenido o una entrada del Bundle",
                       "a contained resource or an entry of the Bundle"},
                      {}, reference ? base::Severity::error : base::Severity::warning);
    }
    if (element.name_size == 6 && is_system(element) && !is_absolute(node.text)) {
        findings_.add(Errc::malformed_primitive, node, place,
                      {"una URI absoluta", "an absolute URI"}, "system");
    }
    if (uri && checks_ == Checks::all) {
        uri_text(node, form, place);
    }
    const bool element_id = element.name_size == 2 && form == Primitive::string &&
                            element.name() == "id" && element.path != "ElementDefinition.id";
    if (element_id && !context.ids.insert(node.text).second) {
        findings_.add(Errc::invariant, node, place,
                      {"un id único en el recurso", "an id that is unique in its resource"}, "id");
    }
}

/// A canonical is absolute or a fragment; a URN of an OID or a UUID has the form of one (R4
/// datatypes.html).
void StructureWalk::uri_text(const Node& node, Primitive form, const Place& place)
{
    if (form == Primitive::canonical && !node.text.starts_with('#') && !is_absolute(node.text)) {
        findings_.add(Errc::malformed_primitive, node, place,
                      {"una URL canónica absoluta", "an absolute canonical URL"}, "canonical");
    }
    constexpr std::array kUrns{std::pair{std::string_view("urn:oid:"), Primitive::oid},
                               std::pair{std::string_view("urn:uuid:"), Primitive::uuid}};
    for (const auto& [scheme, urn] : kUrns) {
        const auto end =
            form == Primitive::canonical ? node.text.find_first_of("|#") : node.text.npos;
        if (node.text.starts_with(scheme) && !is_well_formed(urn, node.text.substr(0, end))) {
            findings_.add(Errc::malformed_primitive, node, place, form_of(urn), "urn");
        }
    }
}

/// A code of a required binding is there, not only extensions beside it; but for the code that
/// another version of FHIR gives the element (R4 versions.html#extensions).
void StructureWalk::code_behind(const Node& node, const Element& element, const Place& place)
{
    const auto* const codes = value_set_of(element);
    if (codes != nullptr && codes->enumerable() && checks_ == Checks::all &&
        !holds_other_version(node)) {
        findings_.add(
            Errc::code_not_in_value_set, node, place,
            {"un código de " + std::string(codes->url), "a code of " + std::string(codes->url)},
            codes->url);
    }
}

void StructureWalk::twin(const Node& object, const Node& child, const Element& element,
                         const Place& place, Context& context)
{
    const auto name = child.name.substr(1);
    const Kind due = element.repeats() ? Kind::array : Kind::object;
    if (child.kind != due) {
        findings_.add(
            Errc::wrong_type, child, place.below(child.name),
            due == Kind::array ? Text{"un arreglo", "an array"} : Text{"un objeto", "an object"});
        return;
    }
    if (due == Kind::object) {
        this->object(child, *known_.element, place.below(name), context);
        extensions(child, type_of(element), &element, place.below(name));
        if (object.find(name) == nullptr) {
            code_behind(child, element, place.below(name));
        }
        return;
    }
    twin_items(child, object.find(name), element, place, context);
}

/// The array beside an array of primitives: an object or null for each value, never two nulls.
void StructureWalk::twin_items(const Node& array, const Node* values, const Element& element,
                               const Place& place, Context& context)
{
    const auto name = element.name();
    const auto* beside = values != nullptr ? values->first : nullptr;
    std::ptrdiff_t index = 0;
    bool filled = false;
    for (const auto& item : array) {
        const auto here = place.below(name, index++);
        filled = filled || item.kind == Kind::object;
        if (item.kind == Kind::object) {
            object(item, *known_.element, here, context);
            extensions(item, type_of(element), &element, here);
            if (beside == nullptr || beside->kind == Kind::null) {
                code_behind(item, element, here);
            }
        } else if (item.kind != Kind::null) {
            findings_.add(Errc::wrong_type, item, here, {"un objeto o null", "an object or null"});
        } else if (beside == nullptr && values == nullptr) {
            findings_.add(Errc::wrong_type, item, here,
                          {"un objeto donde no hay valor", "an object where there is no value"});
        }
        beside = beside != nullptr ? beside->next : nullptr;
    }
    if (!filled) {
        findings_.add(Errc::cardinality, array, place.below(array.name),
                      {"al menos un objeto, o nada", "at least one object, or nothing"});
    }
}

void StructureWalk::code(const Node& node, const ValueSet& codes, const Place& place)
{
    if (!codes.enumerable()) {
        if (unlisted_.insert(codes.url).second) {
            findings_.add(Errc::not_checked, node, place,
                          {"códigos que no se pueden enumerar", "codes that cannot be listed"},
                          codes.url, base::Severity::information);
        }
    } else if (!codes.has(node.text)) {
        findings_.add(
            Errc::code_not_in_value_set, node, place,
            {"un código de " + std::string(codes.url), "a code of " + std::string(codes.url)},
            codes.url);
    }
}

/// A concept of a required binding has a coding from the value set.
void StructureWalk::concept_code(const Node& node, const ValueSet& codes, const Place& place)
{
    const auto* const codings = node.find("coding");
    if (!codes.enumerable()) {
        return;
    }
    if (codings != nullptr) {
        for (const auto& coding : *codings) {
            if (codes.has(coding.text_of("system"), coding.text_of("code"))) {
                return;
            }
        }
    }
    findings_.add(Errc::code_not_in_value_set, node, place,
                  {"un código de " + std::string(codes.url), "a code of " + std::string(codes.url)},
                  codes.url);
}

}  // namespace fhir::r4
