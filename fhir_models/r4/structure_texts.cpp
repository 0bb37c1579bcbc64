#include <algorithm>
#include <map>
#include <set>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/structure_walk.hpp"

// What the text of R4 says and no table of it holds.
namespace fhir::r4 {
namespace {

using base::Errc;

/// The resource type in "Patient/1", "http://example.org/fhir/Patient/1/_history/2"; nullptr when
/// the reference does not show one.
const Type* type_in(std::string_view reference)
{
    const auto history = reference.find("/_history/");
    reference = reference.substr(0, history);
    const auto id = reference.rfind('/');
    if (id == std::string_view::npos || reference.starts_with("urn:")) {
        return nullptr;
    }
    const auto before = reference.substr(0, id);
    const auto slash = before.rfind('/');
    return find_resource(slash == std::string_view::npos ? before : before.substr(slash + 1));
}

/// Bytes that canonical base64 stands for.
std::size_t decoded_size(std::string_view base64)
{
    const auto is_letter = [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; };
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(base64, is_letter));
    const auto padding = static_cast<std::size_t>(std::ranges::count(base64, '='));
    return letters / 4 * 3 - std::min(padding, letters / 4 * 3);
}

/// How often each "TYPE/ID" and "TYPE/ID/_history/VERSION" stands in a Bundle.
std::map<std::string, std::size_t> names_in(const Node& entries)
{
    std::map<std::string, std::size_t> names;
    for (const auto& entry : entries) {
        const auto* const resource = entry.find("resource");
        if (resource == nullptr) {
            continue;
        }
        auto name = std::string(resource->text_of("resourceType")).append("/");
        name.append(resource->text_of("id"));
        ++names[name];
        if (const auto* const meta = resource->find("meta"); meta != nullptr) {
            ++names[name.append("/_history/").append(meta->text_of("versionId"))];
        }
    }
    return names;
}

/// Calls `found` for each literal reference of a tree, but for what it replaces.
template <class Found>
void references_of(const Node& node, const Place& place, const Found& found)
{
    std::ptrdiff_t index = 0;
    for (const auto& child : node) {
        if (child.name == "reference" && child.kind == Kind::string) {
            found(child, place.below("reference"));
        } else if (child.kind == Kind::array && child.name != "relatesTo" &&
                   child.name != "contained") {
            for (const auto& item : child) {
                references_of(item, place.below(child.name, index++), found);
            }
            index = 0;
        } else if (child.kind == Kind::object) {
            references_of(child, place.below(child.name), found);
        }
    }
}

}  // namespace

void StructureWalk::texts(const Node& node, const Element& element, const Type& type,
                          const Place& place)
{
    if (&type == known_.reference) {
        reference_text(node, place);
        if (element.targets > 0) {
            reference_target(node, element, place);
        }
    } else if (&type == known_.coding) {
        coding(node, place);
    } else if (&type == known_.attachment) {
        attachment(node, place);
    }
}

/// A relative reference is TYPE/ID; one with a query is for a server to find (R4 references.html,
/// http.html#trules).
void StructureWalk::reference_text(const Node& node, const Place& place)
{
    const auto text = node.text_of("reference");
    const bool relative = !text.empty() && !text.starts_with('#') &&
                          text.find_first_of(":?") == std::string_view::npos;
    if (relative && type_in(text) == nullptr) {
        findings_.add(
            Errc::malformed_primitive, *node.find("reference"), place.below("reference"),
            {"TIPO/ID, un fragmento o una URL absoluta", "TYPE/ID, a fragment or an absolute URL"},
            "reference");
    }
}

/// A reference that shows its type shows one the element may name.
void StructureWalk::reference_target(const Node& node, const Element& element, const Place& place)
{
    const auto* const target = type_in(node.text_of("reference"));
    if (target == nullptr) {
        return;
    }
    const auto* const stated = node.find("type");
    if (stated != nullptr && find_resource(stated->text) != nullptr &&
        stated->text != target->name) {
        findings_.add(Errc::wrong_type, *stated, place.below("type"),
                      {"el tipo que muestra la referencia", "the type that the reference shows"},
                      "type");
    }
    std::string names;
    for (std::size_t i = 0; i < element.targets; ++i) {
        if (&target_of(element, i) == target) {
            return;
        }
        names.append(names.empty() ? "" : ", ").append(target_of(element, i).name);
    }
    findings_.add(Errc::wrong_type, *node.find("reference"), place.below("reference"),
                  {"una referencia a " + names, "a reference to " + names}, "target");
}

void StructureWalk::attachment(const Node& node, const Place& place)
{
    const auto* const size = node.find("size");
    const auto data = node.text_of("data");
    if (size == nullptr || data.empty()) {
        return;
    }
    if (base::to_size(size->text) != decoded_size(data)) {
        findings_.add(Errc::invariant, *size, place.below("size"),
                      {"el número de bytes de data", "the number of bytes of data"}, "size");
    }
}

/// A fullUrl of a RESTful server ends with the type and id of its resource (R4 bundle.html).
void StructureWalk::full_url(const Node& entry, const Place& place)
{
    const auto* const url = entry.find("fullUrl");
    const auto* const resource = entry.find("resource");
    if (url == nullptr || resource == nullptr || !url->text.starts_with("http")) {
        return;
    }
    const auto* const type = type_in(url->text);
    const auto id = url->text.substr(url->text.rfind('/') + 1);
    if (type != nullptr && (type->name != resource->text_of("resourceType") ||
                            (resource->find("id") != nullptr && id != resource->text_of("id")))) {
        findings_.add(
            Errc::invariant, *url, place.below("fullUrl"),
            {"el tipo y el id del recurso al final", "the resource's type and id at its end"},
            "fullUrl");
    }
}

/// The types its expression begins with are those it is about (R4 searchparameter.html).
void StructureWalk::search_parameter(const Node& node, const Place& place)
{
    const auto* const expression = node.find("expression");
    const auto* const bases = node.find("base");
    if (expression == nullptr || bases == nullptr) {
        return;
    }
    std::set<std::string_view> types;
    for (const auto& type : *bases) {
        types.insert(type.text);
    }
    for (auto part : base::split(expression->text, '|')) {
        part = base::trim(part);
        while (part.starts_with('(')) {
            part = base::trim(part.substr(1));
        }
        const auto name = part.substr(0, part.find('.'));
        const bool about =
            types.contains(name) || types.contains("Resource") || types.contains("DomainResource");
        if (find_resource(name) != nullptr && !about) {
            findings_.add(Errc::invariant, *expression, place.below("expression"),
                          {"rutas de los tipos de base", "paths of the types in base"}, "base");
            return;
        }
    }
}

/// What a document holds has a fullUrl (R4, Bundle.entry.fullUrl), and what its Composition refers
/// to is in it, once (documents.html#content).
void StructureWalk::document(const Node& entries, const Place& place)
{
    std::ptrdiff_t index = 0;
    for (const auto& entry : entries) {
        const auto at = place.below("entry", index++);
        if (entry.find("fullUrl") == nullptr) {
            findings_.add(Errc::cardinality, entry, at.below("fullUrl"),
                          {"al menos 1 repetición", "at least 1 repetition"}, "document");
        }
    }
    const auto* const composition =
        entries.first != nullptr ? entries.first->find("resource") : nullptr;
    if (composition == nullptr || composition->text_of("resourceType") != "Composition") {
        return;
    }
    const auto names = names_in(entries);
    const auto here = place.below("entry", 0);
    references_of(
        *composition, here.below("resource"), [&](const Node& reference, const Place& at) {
            const auto text = reference.text;
            if (text.starts_with('#') || text.starts_with("urn:") || text.find(':') != text.npos) {
                return;
            }
            const auto named = names.find(std::string(text));
            if (named == names.end() || named->second != 1) {
                findings_.add(Errc::broken_reference, reference, at,
                              {"una sola entrada del documento", "one entry of the document"},
                              "document");
            }
        });
}

/// A page of results: one link of each relation; resources with ids.
void StructureWalk::bundle(const Node& node, const Place& place)
{
    std::set<std::string_view> relations;
    const auto* const links = node.find("link");
    std::ptrdiff_t index = 0;
    for (const auto* link = links != nullptr ? links->first : nullptr; link != nullptr;
         link = link->next) {
        const auto relation = link->text_of("relation");
        if (!relation.empty() && !relations.insert(relation).second) {
            findings_.add(Errc::invariant, *link, place.below("link", index),
                          {"una relación por enlace", "each relation once"}, "link");
        }
        ++index;
    }
    const auto* const entries = node.find("entry");
    if (entries == nullptr) {
        return;
    }
    index = 0;
    for (const auto& entry : *entries) {
        full_url(entry, place.below("entry", index));
        ++index;
    }
    if (node.text_of("type") == "document") {
        document(*entries, place);
    }
    if (node.text_of("type") != "searchset") {
        return;
    }
    index = 0;
    for (const auto& entry : *entries) {
        const auto* const found = entry.find("resource");
        const bool outcome =
            found != nullptr && found->text_of("resourceType") == "OperationOutcome";
        if (found != nullptr && !outcome && found->find("id") == nullptr) {
            const auto at = place.below("entry", index);
            findings_.add(Errc::cardinality, *found, at.below("resource"),
                          {"un id en cada resultado", "an id in each result"}, "search");
        }
        ++index;
    }
}

}  // namespace fhir::r4
