#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/place.hpp"

namespace fhir::r4 {

/// Collects what a check of a tree finds. The thousandth error and the thousandth finding that is
/// none are followed by one limit_exceeded of their severity, so that a hostile resource cannot
/// fill the memory.
class Findings {
public:
    void add(base::Errc code, const Node& node, const Place& place, base::Text expected,
             std::string_view rule = {}, base::Severity severity = base::Severity::error);

    [[nodiscard]] base::Issues take() && { return std::move(issues_); }

private:
    base::Issues issues_;
    std::size_t errors_ = 0;
    std::size_t others_ = 0;
};

/// What a node is, without its value: "object", "text, length 7".
[[nodiscard]] base::Text kind_found(const Node& node);

}  // namespace fhir::r4
