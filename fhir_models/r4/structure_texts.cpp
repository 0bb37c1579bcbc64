#include <algorithm>

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

}  // namespace

void StructureWalk::texts(const Node& node, const Element& element, const Type& type,
                          const Place& place)
{
    if (&type == known_.reference && element.targets > 0) {
        reference_target(node, element, place);
    } else if (&type == known_.attachment) {
        attachment(node, place);
    }
}

/// A reference that shows its type shows one the element may name.
void StructureWalk::reference_target(const Node& node, const Element& element, const Place& place)
{
    const auto* const target = type_in(node.text_of("reference"));
    if (target == nullptr) {
        return;
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
    if (entries == nullptr || node.text_of("type") != "searchset") {
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
