#pragma once

#include <string>
#include <vector>

#include "fhir_models/r4/node.hpp"

namespace gateway::api {

/// How well a kept Patient agrees with the one that is looked for.
struct Match {
    int percent = 0;                   ///< 0 to 100
    std::string grade;                 ///< match-grade: certain, probable, possible, certainly-not
    std::vector<std::string> reasons;  ///< "identifier", "family", "birthDate differs"; no values
};

/// Compares identifiers, name, birth date and sex. An NSS says nothing of its own: families share
/// it. Certain needs a CURP that is the same and nothing that differs. Pure.
[[nodiscard]] Match match_person(const fhir::r4::Node& sought, const fhir::r4::Node& kept);

}  // namespace gateway::api
