#pragma once

#include <cstdint>

#include "fhir_models/r4/node.hpp"

namespace mapping {

/// Equal trees have equal hashes.
[[nodiscard]] std::uint64_t hash_of(const fhir::r4::Node& node,
                                    std::uint64_t seed = 14695981039346656037ULL) noexcept;

/// The same names, kinds and texts in the same order.
[[nodiscard]] bool equal(const fhir::r4::Node& a, const fhir::r4::Node& b) noexcept;

/// Whether `more` says all that `less` says, and nothing else about it.
[[nodiscard]] bool covers(const fhir::r4::Node& more, const fhir::r4::Node& less);

}  // namespace mapping
