#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/fhirpath/expression.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// A constraint of a profile, compiled.
struct ProfileRule {
    std::string_view key;
    base::Text human;  ///< as written, and its translation to English when it has one
    bool warning = false;
    fhirpath::Expression expression;
};

/// How the slices of an element are told apart: the first that agrees in all of these is the one.
struct Discriminator {
    bool by_type = false;                ///< of the resource at `path`; else its fixed or pattern
    std::vector<std::string_view> path;  ///< empty: the element itself
};

/// What a profile asks of an element, and of what stands below it.
struct ProfileElement {
    static constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

    std::string_view name;   ///< "identifier"; "value" of value[x]
    std::string_view slice;  ///< "curp"
    std::size_t min = 0;
    std::size_t max = kAny;
    const Node* fixed = nullptr;
    const Node* pattern = nullptr;
    std::vector<std::string_view> types;     ///< the only ones allowed; empty: those of R4
    std::vector<std::string_view> profiles;  ///< of a resource that stands here
    std::vector<ProfileRule> rules;
    std::vector<Discriminator> discriminators;
    bool closed = false;
    std::vector<ProfileElement> children;
    std::vector<ProfileElement> slices;
};

/// A profile on a resource type, compiled from its StructureDefinition.
///
/// Shape:   the differential; fixed, pattern, cardinality, types, slices by value, pattern or type,
///          constraints. What else narrows an element (a required binding, a target profile,
///          minValue …) is refused, so that nothing a profile asks stays unlooked at in silence.
/// Owns:    the definition; its elements point into it.
/// Errors:  malformed_json, unknown_element, malformed_value; `where` = "differential.element[3]".
/// Source:  R4 4.0.1, "Profiling FHIR".
class Profile {
public:
    [[nodiscard]] static base::Result<Profile> compile(std::string_view json);

    [[nodiscard]] std::string_view url() const noexcept { return text("url"); }
    [[nodiscard]] std::string_view version() const noexcept { return text("version"); }
    [[nodiscard]] std::string_view type() const noexcept { return text("type"); }
    [[nodiscard]] std::string_view base() const noexcept { return text("baseDefinition"); }
    [[nodiscard]] const ProfileElement& root() const noexcept { return root_; }

private:
    explicit Profile(Document definition) : definition_(std::move(definition)) {}
    [[nodiscard]] std::string_view text(std::string_view key) const noexcept
    {
        return definition_.root().text_of(key);
    }

    Document definition_;
    ProfileElement root_;
};

}  // namespace fhir::r4
