#pragma once

#include <string>

#include "fhir_models/r4/node.hpp"

namespace fhir::national {

/// The person a Bundle is about, as far as it names them. Texts are as written, not checked.
struct Subject {
    std::string curp;          ///< empty when none, or generic
    std::string folio;         ///< the institution's own number (NOM-024: FOLIO)
    std::string folio_system;  ///< who gave it: Identifier.system, else the assigner's name
    std::string nss;
    std::string row_key;        ///< key of the row, for guides that have no FOLIO
    bool generic_curp = false;  ///< the record says that the person has no CURP
    std::string path;           ///< of the Patient: "Bundle.entry[1].resource"; empty when none
};

/// Reads the Patient that MessageHeader.focus names, else the one Encounter.subject names, else the
/// first of the Bundle. Everything is empty when there is no Patient.
///
/// A number with use "old" is skipped while there is another. Of several local numbers the medical
/// record number (type MR) comes first, then the order of the Patient.
[[nodiscard]] Subject subject_of(const r4::Node& bundle);

}  // namespace fhir::national
