#pragma once

#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace gateway::exchange {

/// The Bundle of a row that its institution no longer reports: the same resources with the same
/// ids, every act of care (encounter, observation, condition …) marked entered-in-error. Persons,
/// organisations and coverage stay as they are: they were no error.
/// Errors: malformed_json when `bundle` is not one of ours.
/// Source:  R4 5.1.1.1, the required status value sets; Condition con-5, AllergyIntolerance ait-2.
[[nodiscard]] base::Result<fhir::r4::Document> withdrawn(std::string_view bundle);

/// One resource as entered-in-error, and whether its type can say that of itself.
void withdraw(fhir::r4::Document& document, fhir::r4::Node& resource);
[[nodiscard]] bool can_withdraw(std::string_view type) noexcept;

}  // namespace gateway::exchange
