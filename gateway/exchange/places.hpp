#pragma once

#include "mapping/translate.hpp"

namespace gateway::exchange {

/// Gives the findings that know only a FHIR path the source position that made it, by lineage:
/// "Bundle.entry[7].resource.birthDate" becomes "PID-7 @byte 214", so that ERR-2 and the sender's
/// engineer have a place. Findings that are information are left as they are.
void add_source_places(mapping::Translation& translation);

}  // namespace gateway::exchange
