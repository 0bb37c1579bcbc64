#include "fhir_models/r4/validate.hpp"

#include <set>

#include "fhir_models/r4/findings.hpp"
#include "fhir_models/r4/local_references.hpp"
#include "fhir_models/r4/primitives.hpp"
#include "fhir_models/r4/schema.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;
using base::Text;

constexpr std::size_t kDeepest = 128;  ///< of a tree that was built; one that was read ends at 64

/// The types and elements with rules of their own.
struct Landmarks {
    const Type* bundle = find_type("Bundle");
    const Type* element = find_type("Element");
    const Type* extension = find_type("Extension");
    const Type* reference = find_type("Reference");
    const Type* codeable_concept = find_type("CodeableConcept");
    const Type* definition = find_type("ElementDefinition");
    const Element* reference_text = find_element(*reference, "reference");
    const Element* nested = find_element(*extension, "extension");
    const Element* value = find_element(*extension, "valueString");
};

const Landmarks& landmarks()
{
    static const Landmarks kLandmarks;
    return kLandmarks;
}

constexpr std::uint64_t bit(const Element& element) noexcept
{
    return std::uint64_t{1} << element.ordinal;
}

/// The `_name` beside `name`: id and extensions of a primitive.
const Node* find_twin(const Node& object, std::string_view name)
{
    for (const auto& child : object) {
        if (child.name.size() == name.size() + 1 && child.name[0] == '_' &&
            child.name.substr(1) == name) {
            return &child;
        }
    }
    return nullptr;
}

}  // namespace

/// One walk down a resource, to its structure.
class StructureWalk {
public:
    StructureWalk(Findings& findings, const Landmarks& known) : findings_(findings), known_(known)
    {
    }

    void resource(const Node& node, const Place& place, LocalScope& scope);

private:
    /// What is the same for all of one resource.
    struct Context {
        LocalScope& scope;
        std::set<std::string_view>& ids;  ///< of its elements
    };

    void object(const Node& node, const Type& type, const Place& place, Context& context);
    void property(const Node& object, const Node& child, const Element& element, const Place& place,
                  Context& context);
    void items(const Node& object, const Node& array, const Element& element, const Place& place,
               Context& context);
    void value(const Node& node, const Element& element, const Place& place, Context& context);
    void primitive(const Node& node, const Element& element, const Type& type, const Place& place,
                   Context& context);
    void twin(const Node& object, const Node& child, const Element& element, const Place& place,
              Context& context);
    void twin_items(const Node& array, const Node* values, const Place& place,
                    std::string_view name, Context& context);
    void missing(const Node& node, const Type& type, std::uint64_t ordinals, const Place& place);
    void only_choice(const Node& object, const Node& child, const Element& element,
                     const Type& type, const Place& place);
    void code(const Node& node, const Element& element, const ValueSet& codes, const Place& place);
    void concept_code(const Node& node, const ValueSet& codes, const Place& place);

    Findings& findings_;
    const Landmarks& known_;
    std::set<std::string_view> unlisted_;  ///< value sets told as not checked
};

void StructureWalk::resource(const Node& node, const Place& place, LocalScope& scope)
{
    const auto* const name = node.kind == Kind::object ? node.find("resourceType") : nullptr;
    const auto* const type =
        name != nullptr && name->kind == Kind::string ? find_resource(name->text) : nullptr;
    if (type == nullptr) {
        findings_.add(
            Errc::unknown_resource, name != nullptr ? *name : node, place,
            {"resourceType con un recurso de FHIR R4", "resourceType with a resource of FHIR R4"});
        return;
    }
    std::set<std::string_view> ids;
    if (type == known_.bundle) {
        LazySet full_urls(node.find("entry"), "fullUrl");
        LocalScope inside{scope.contained, &full_urls, must_be_whole(node)};
        Context context{inside, ids};
        object(node, *type, place, context);
    } else {
        Context context{scope, ids};
        object(node, *type, place, context);
    }
}

void StructureWalk::object(const Node& node, const Type& type, const Place& place, Context& context)
{
    if (node.first == nullptr) {
        findings_.add(Errc::invariant, node, place, {"un valor o elementos", "a value or children"},
                      "ele-1");
        return;
    }
    if (place.depth > kDeepest) {
        findings_.add(Errc::limit_exceeded, node, place, {"menos niveles", "fewer levels"});
        return;
    }
    std::uint64_t seen = 0;
    for (const auto& child : node) {
        const bool is_twin = child.name.starts_with('_');
        const auto* const element = find_element(type, is_twin ? child.name.substr(1) : child.name);
        if (element == nullptr || (is_twin && type_of(*element).kind != TypeKind::primitive)) {
            if (type.kind != TypeKind::resource || child.name != "resourceType") {
                findings_.add(Errc::unknown_element, child, place.below(child.name),
                              {"un elemento de " + std::string(type.name),
                               "an element of " + std::string(type.name)});
            }
            continue;
        }
        if (element->stem_size != 0 && (seen & bit(*element)) != 0) {
            only_choice(node, child, *element, type, place);
        }
        seen |= bit(*element);
        if (is_twin) {
            twin(node, child, *element, place, context);
        } else {
            property(node, child, *element, place, context);
        }
    }
    if (const auto absent = type.required & ~seen; absent != 0) {
        missing(node, type, absent, place);
    }
    if (&type == known_.extension &&
        ((seen & bit(*known_.value)) != 0) == ((seen & bit(*known_.nested)) != 0)) {
        findings_.add(Errc::invariant, node, place,
                      {"un valor o extensiones, no ambos", "a value or extensions, not both"},
                      "ext-1");
    }
}

void StructureWalk::missing(const Node& node, const Type& type, std::uint64_t ordinals,
                            const Place& place)
{
    for (const auto& element : elements_of(type)) {
        if ((ordinals & bit(element)) == 0) {
            continue;
        }
        ordinals &= ~bit(element);  // a choice is missing once
        findings_.add(Errc::cardinality, node, place.below(element.stem()),
                      {"al menos 1 repetición", "at least 1 repetition"});
    }
}

/// `child` may stand beside its own `_twin`, but not beside another type of the same choice.
void StructureWalk::only_choice(const Node& object, const Node& child, const Element& element,
                                const Type& type, const Place& place)
{
    for (const auto& other : object) {
        if (&other == &child) {
            return;
        }
        const auto name = other.name.starts_with('_') ? other.name.substr(1) : other.name;
        const auto* const found = find_element(type, name);
        if (found != nullptr && found != &element && found->ordinal == element.ordinal) {
            findings_.add(Errc::cardinality, child, place.below(child.name),
                          {"un solo tipo de " + std::string(element.stem()) + "[x]",
                           "one type of " + std::string(element.stem()) + "[x]"});
            return;
        }
    }
}

void StructureWalk::property(const Node& object, const Node& child, const Element& element,
                             const Place& place, Context& context)
{
    if (!element.repeats()) {
        if (child.kind == Kind::array) {
            findings_.add(Errc::wrong_type, child, place.below(child.name),
                          {"un solo valor", "a single value"});
            return;
        }
        value(child, element, place.below(child.name), context);
        return;
    }
    if (child.kind != Kind::array) {
        findings_.add(Errc::wrong_type, child, place.below(child.name), {"un arreglo", "an array"});
    } else if (child.first == nullptr) {
        findings_.add(Errc::cardinality, child, place.below(child.name),
                      {"al menos un elemento, o nada", "at least one item, or nothing"});
    } else {
        items(object, child, element, place, context);
    }
}

void StructureWalk::items(const Node& object, const Node& array, const Element& element,
                          const Place& place, Context& context)
{
    const Node* beside = nullptr;
    if (type_of(element).kind == TypeKind::primitive) {
        const auto* const found = find_twin(object, array.name);
        beside = found != nullptr ? found->first : nullptr;
    }
    std::ptrdiff_t index = 0;
    for (const auto& item : array) {
        const bool filled = beside != nullptr && beside->kind == Kind::object;
        if (item.kind != Kind::null || !filled) {
            value(item, element, place.below(array.name, index), context);
        }
        beside = beside != nullptr ? beside->next : nullptr;
        ++index;
    }
}

void StructureWalk::value(const Node& node, const Element& element, const Place& place,
                          Context& context)
{
    const auto& type = type_of(element);
    if (type.kind == TypeKind::primitive) {
        primitive(node, element, type, place, context);
        return;
    }
    if (node.kind != Kind::object) {
        findings_.add(Errc::wrong_type, node, place, {"un objeto", "an object"});
        return;
    }
    if (type.kind != TypeKind::resource) {
        object(node, type, place, context);
    } else if (element.name() == "contained") {
        resource(node, place, context.scope);
    } else {
        auto scope = scope_of(node, &context.scope);
        resource(node, place, scope);
    }
    const auto* const codes = value_set_of(element);
    if (codes != nullptr && &type == known_.codeable_concept) {
        concept_code(node, *codes, place);
    }
}

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
    if (const auto* const codes = value_set_of(element); codes != nullptr) {
        code(node, element, *codes, place);
    }
    const bool reference = &element == known_.reference_text;
    if ((reference || form == Primitive::canonical) && !resolves(node.text, context.scope)) {
        findings_.add(Errc::broken_reference, node, place,
                      {"un recurso contenido o una entrada del Bundle",
                       "a contained resource or an entry of the Bundle"},
                      {}, reference ? base::Severity::error : base::Severity::warning);
    }
    const bool element_id = element.name_size == 2 && form == Primitive::string &&
                            element.name() == "id" && element.path != "ElementDefinition.id";
    if (element_id && !context.ids.insert(node.text).second) {
        findings_.add(Errc::invariant, node, place,
                      {"un id único en el recurso", "an id that is unique in its resource"}, "id");
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
        return;
    }
    twin_items(child, object.find(name), place, name, context);
}

/// The array beside an array of primitives: an object or null for each value, never two nulls.
void StructureWalk::twin_items(const Node& array, const Node* values, const Place& place,
                               std::string_view name, Context& context)
{
    const auto* beside = values != nullptr ? values->first : nullptr;
    std::ptrdiff_t index = 0;
    bool filled = false;
    for (const auto& item : array) {
        const auto here = place.below(name, index++);
        filled = filled || item.kind == Kind::object;
        if (item.kind == Kind::object) {
            object(item, *known_.element, here, context);
        } else if (item.kind != Kind::null) {
            findings_.add(Errc::wrong_type, item, here, {"un objeto o null", "an object or null"});
        } else if (beside == nullptr) {
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

void StructureWalk::code(const Node& node, const Element&, const ValueSet& codes,
                         const Place& place)
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

base::Issues validate(const Node& resource)
{
    Findings findings;
    const auto name = resource.text_of("resourceType");
    const auto* const type = find_resource(name);
    auto scope = scope_of(resource, nullptr);
    StructureWalk(findings, landmarks())
        .resource(resource, {.name = type != nullptr ? type->name : "Resource"}, scope);
    return std::move(findings).take();
}

}  // namespace fhir::r4
