#pragma once

#include <string>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace base {

/// FHIR IssueSeverity.
enum class Severity : std::uint8_t { fatal, error, warning, information };

[[nodiscard]] std::string_view to_code(Severity severity) noexcept;

/// Something found in the data while the operation was done. Names places, never values.
struct Issue {
    Severity severity = Severity::error;
    Errc code = Errc::internal;
    std::string where;  ///< place in the source: "PID-3[2].4.2 @byte 312", "row 7, column 13",
                        ///< "/entry/0", "line 3, column 9"
    std::string path;   ///< FHIR element: "Bundle.entry[0].resource.birthDate", or empty
    std::string rule;   ///< id of the rule, invariant or value set that found it, or empty
    Text expected;
    Text found;
};

using Issues = std::vector<Issue>;

/// An Error seen as an Issue: same code, place and words.
[[nodiscard]] Issue to_issue(const Error& error, Severity severity = Severity::error);

/// True when an issue is of severity error or fatal.
[[nodiscard]] bool has_errors(const Issues& issues) noexcept;

/// The first issue of severity error or fatal, as an Error. Requires has_errors(issues).
[[nodiscard]] Error first_error(const Issues& issues);

}  // namespace base
