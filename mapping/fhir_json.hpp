#pragma once

#include <string_view>

#include "mapping/translate.hpp"

namespace mapping {

/// A FHIR Bundle as it is, a lone resource in a collection. Every primitive is a leaf mapped to
/// itself. Errors: malformed_json, unknown_resource (no resourceType).
[[nodiscard]] base::Result<Translation> read_fhir(std::string_view bytes);

}  // namespace mapping
