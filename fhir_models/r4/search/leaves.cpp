#include "fhir_models/r4/search/leaves.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "fhir_models/base/text.hpp"

namespace fhir::r4 {
namespace {

void open(const Node& node, const Type& type, std::vector<Leaf>& out)
{
    if (node.kind != Kind::array) {
        out.push_back({&node, &type});
        return;
    }
    for (const auto& item : node) {
        out.push_back({&item, &type});
    }
}

void step(const Leaf& parent, std::string_view name, std::vector<Leaf>& out)
{
    if (parent.node->kind != Kind::object) {
        return;
    }
    const bool choice = name.ends_with("[x]");
    const auto stem = choice ? name.substr(0, name.size() - 3) : name;
    for (const auto& child : *parent.node) {
        const auto* const element = find_element(*parent.type, child.name);
        const bool found =
            element != nullptr &&
            (choice ? element->stem_size > 0 && element->stem() == stem : child.name == name);
        if (found) {
            open(child, type_of(*element), out);
        }
    }
}

}  // namespace

std::vector<Leaf> leaves(const Node& resource, std::string_view paths)
{
    std::vector<Leaf> all;
    const auto* const type = find_resource(resource.text_of("resourceType"));
    if (type == nullptr) {
        return all;
    }
    for (const auto path : base::split(paths, '|')) {
        std::vector<Leaf> here{{&resource, type}};
        for (const auto name : base::split(path, '.')) {
            std::vector<Leaf> next;
            for (const auto& leaf : here) {
                step(leaf, name, next);
            }
            here = std::move(next);
        }
        all.insert(all.end(), here.begin(), here.end());
    }
    return all;
}

std::string folded(std::string_view text)
{
    UErrorCode failed = U_ZERO_ERROR;
    const auto* const normalizer = icu::Normalizer2::getNFKDInstance(failed);
    auto given = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    if (U_SUCCESS(failed) != 0) {
        given = normalizer->normalize(given, failed);
    }
    icu::UnicodeString plain;
    for (std::int32_t i = 0; i < given.length(); i = given.moveIndex32(i, 1)) {
        if (u_charType(given.char32At(i)) != U_NON_SPACING_MARK) {
            plain.append(given.char32At(i));
        }
    }
    std::string out;
    return plain.foldCase().toUTF8String(out);
}

}  // namespace fhir::r4
