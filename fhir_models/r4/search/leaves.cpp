#include "fhir_models/r4/search/leaves.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <stdexcept>

#include "fhir_models/r4/fhirpath/evaluation.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"

namespace fhir::r4 {
namespace {

constexpr std::size_t kSteps = 1'000'000;  ///< more than any resource of the reader's size asks

/// The expressions of all parameters, in the order of the table. They come from the definitions:
/// one that does not compile is a fault of the house.
std::vector<fhirpath::Expression> compiled()
{
    std::vector<fhirpath::Expression> all;
    all.reserve(all_search_parameters().size());
    for (const auto& parameter : all_search_parameters()) {
        auto expression = fhirpath::Expression::compile(parameter.expression);
        if (!expression) {
            throw std::logic_error(base::to_line(expression.error()));
        }
        all.push_back(*std::move(expression));
    }
    return all;
}

const fhirpath::Expression& expression_of(const SearchParameter& parameter)
{
    static const auto kAll = compiled();
    return kAll[static_cast<std::size_t>(&parameter - all_search_parameters().data())];
}

/// A resource of the type a reference names, with nothing in it: what `resolve() is Patient` asks.
const Node* type_referred_to(std::string_view reference)
{
    static const auto kEmpty = [] {
        Document document;
        document.root().kind = Kind::object;
        for (const auto& type : all_types()) {
            if (type.kind == TypeKind::resource) {
                auto& resource = document.add(document.root(), type.name, Kind::object);
                document.add(resource, "resourceType", Kind::string, type.name);
            }
        }
        return document;
    }();
    const auto slash = reference.find('/');
    return slash == std::string_view::npos ? nullptr
                                           : kEmpty.root().find(reference.substr(0, slash));
}

/// A boolean the expression computes, as an element.
Leaf computed(bool truth)
{
    static const Node kTrue{.text = "true", .kind = Kind::boolean};
    static const Node kFalse{.text = "false", .kind = Kind::boolean};
    return {truth ? &kTrue : &kFalse, find_type("boolean")};
}

void append(const fhirpath::Value& value, std::vector<Leaf>& out)
{
    if (value.kind == fhirpath::ValueKind::boolean) {
        out.push_back(computed(value.truth));
        return;
    }
    if (value.kind != fhirpath::ValueKind::element || value.type == nullptr || value.twin_only) {
        return;
    }
    if (value.type->name != "Extension") {
        out.push_back({value.node, value.type});
        return;
    }
    fhirpath::Collection values;
    fhirpath::append_members(value, "value", values);
    for (const auto& one : values) {
        append(one, out);
    }
}

}  // namespace

std::vector<Leaf> leaves(const SearchParameter& parameter, const Node& resource)
{
    std::vector<Leaf> all;
    if (resource.text_of("resourceType") != parameter.type) {
        return all;
    }
    fhirpath::Environment around;
    around.resolve = type_referred_to;
    around.steps = kSteps;
    fhirpath::Store store;
    const auto found = expression_of(parameter).evaluate(resource, around, store);
    if (found) {
        for (const auto& value : *found) {
            append(value, all);
        }
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
