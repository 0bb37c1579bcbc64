#pragma once

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::national {

/// Checks the identifiers of everyone in a Bundle, and that they are not in each other's way.
///
/// Patient, Practitioner: CURP structure (error), against name, birth date, sex and entity of birth
/// (see consistency), generic CURP (information). NSS, RFC, cedula and CLUES structure (errors) and
/// check digits (warnings). A professional with the CURP of the patient: error (GIIS guides).
///
/// Shape:  `path` of each issue is the FHIR element; `where` is empty, a Bundle has no source
/// place.
[[nodiscard]] base::Issues check_identity(const r4::Node& bundle);

}  // namespace fhir::national
