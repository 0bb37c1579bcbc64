#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

enum class SearchKind : std::uint8_t { token, string, date, reference };

/// One search parameter of R4.
struct SearchParameter {
    std::string_view type;  ///< resource type
    std::string_view name;
    SearchKind kind;
    std::string_view expression;  ///< FHIRPath, of the definitions: "Observation.code"
    std::string_view target;      ///< the only type its references may name here; empty: any
};

/// All of them, by type and name.
[[nodiscard]] std::span<const SearchParameter> all_search_parameters() noexcept;
/// The parameters of a resource type, by name; none for what R4 does not know.
[[nodiscard]] std::span<const SearchParameter> search_parameters(std::string_view type) noexcept;
[[nodiscard]] const SearchParameter* find_search_parameter(std::string_view type,
                                                           std::string_view name) noexcept;

/// Moments from `from` up to but not including `until`, in microseconds since 1970.
struct Span {
    std::int64_t from;
    std::int64_t until;
};

/// What a FHIR date, dateTime or instant stands for; a text without zone is central Mexican time
/// (UTC-6), where most of those who write none are. Nothing when it is no date.
[[nodiscard]] std::optional<Span> span_of(std::string_view text);

/// A parameter with what is asked of it: any of the values has to fit.
struct Criterion {
    struct Value {
        std::string prefix;                 ///< of a date: "ge"
        std::optional<Span> span;           ///< of a date
        std::optional<std::string> system;  ///< of a token with a bar; may be empty
        std::string text;                   ///< code; folded text; "Type/id" or "id" of a reference
    };
    const SearchParameter* parameter;
    std::string modifier;  ///< "", "exact", "contains", "not", "missing"
    std::vector<Value> values;
};

/// `key` is "code" or "name:exact". Modifiers: missing; exact and contains of a string; not of a
/// token; the type of a reference's target.
/// Errors: unknown_parameter; `where` = the name of the parameter when R4 has it, else "query".
[[nodiscard]] base::Result<Criterion> read_criterion(std::string_view type, std::string_view key,
                                                     std::string_view value);

/// Whether the resource has what is asked for. Pure.
[[nodiscard]] bool fits(const Criterion& criterion, const Node& resource);

/// The earliest moment of a date parameter in the resource, to sort by.
[[nodiscard]] std::optional<std::int64_t> earliest(const SearchParameter& parameter,
                                                   const Node& resource);

/// The references a reference parameter finds in the resource: "Encounter/7".
[[nodiscard]] std::vector<std::string_view> references(const SearchParameter& parameter,
                                                       const Node& resource);

}  // namespace fhir::r4
