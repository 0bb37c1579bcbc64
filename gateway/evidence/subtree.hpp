#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

inline constexpr std::size_t kHash = 32;     ///< bytes of a SHA-256
inline constexpr std::size_t kWidth = 256;   ///< hashes in a full tile
inline constexpr std::uint32_t kHeight = 8;  ///< levels of the tree that one tile spans

/// The root over consecutive hashes whose number is a power of two.
[[nodiscard]] base::Digest root_of_full(std::string_view hashes);

/// What a tile that is missing or short is refused with: ledger_inconsistent at "tile/L/N".
[[nodiscard]] base::Failure bad_tile(std::uint32_t level, std::uint64_t index);

}  // namespace gateway::evidence
