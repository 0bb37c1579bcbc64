#pragma once

#include <span>
#include <string_view>

#include "fhir_models/r4/profile_walk.hpp"

namespace fhir::national {

/// The StructureDefinitions of profiles/, as they stand: those another is made of come first.
[[nodiscard]] std::span<const std::string_view> profile_definitions() noexcept;

/// The national profiles, compiled once, at the first call.
///
/// Threads:  from many at once.
[[nodiscard]] const r4::Profiles& profiles();

}  // namespace fhir::national
