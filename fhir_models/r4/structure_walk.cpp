#include "fhir_models/r4/structure_walk.hpp"

#include "fhir_models/r4/primitives.hpp"

namespace fhir::r4 {
namespace {

using base::Errc;

constexpr std::size_t kDeepest = 128;  ///< of a tree that was built; one that was read ends at 64

constexpr std::size_t kRuleSteps = 1'000'000;

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

const Landmarks& landmarks()
{
    static const Landmarks kLandmarks;
    return kLandmarks;
}

void StructureWalk::resource(const Node& node, const Place& place, LocalScope& scope,
                             const Node* root, std::set<std::string_view>& anchors)
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
    contained_ids(node, place);
    fhirpath::Environment around;
    around.resource = &node;
    around.root_resource = root;
    around.loose_types = true;
    around.steps = kRuleSteps;
    LazySet full_urls(node.find("entry"), "fullUrl");
    LocalScope inside = scope;
    if (type == known_.bundle) {
        inside.full_urls = &full_urls;
        inside.whole_bundle = must_be_whole(node);
    }
    Context context{root == nullptr ? inside : scope, around, anchors};
    object(node, *type, place, context);
    extensions(node, *type, nullptr, place);
    if (type == known_.bundle && checks_ == Checks::all) {
        bundle(node, place);
    } else if (type == known_.search_parameter && checks_ == Checks::all) {
        search_parameter(node, place);
    }
    if (root == nullptr) {
        unnamed_contained(node, place, context);
    }
}

/// Contained resources are told apart by their ids.
void StructureWalk::contained_ids(const Node& resource, const Place& place)
{
    const auto* const contained = resource.find("contained");
    if (contained == nullptr || contained->first == contained->last) {
        return;
    }
    std::set<std::string_view> ids;
    std::ptrdiff_t index = 0;
    for (const auto& inner : *contained) {
        const auto* const id = inner.find("id");
        if (id != nullptr && !ids.insert(id->text).second) {
            findings_.add(Errc::invariant, *id, place.below("contained", index).below("id"),
                          {"un id por recurso contenido", "one id per contained resource"}, "id");
        }
        ++index;
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
    if (checks_ == Checks::all) {
        rules(node, type, seen, place, context);
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
        extensions(node, type, &element, place);
    } else if (element.name() == "contained") {
        resource(node, place, context.scope, context.around.resource, context.anchors);
    } else {
        auto scope = scope_of(node, &context.scope);
        resource(node, place, scope);
    }
    if (checks_ == Checks::all) {
        texts(node, element, type, place);
    }
    const auto* const codes = value_set_of(element);
    if (codes != nullptr && &type == known_.codeable_concept) {
        concept_code(node, *codes, place);
    }
}

}  // namespace fhir::r4
