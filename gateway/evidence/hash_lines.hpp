#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"

namespace gateway::evidence {

/// Hashes one a line in base64, as C2SP writes proofs; each line ends in a newline.
[[nodiscard]] std::string to_lines(std::span<const base::Digest> hashes);

/// The hash in a line without its newline; nothing when it is none.
[[nodiscard]] std::optional<base::Digest> hash_in(std::string_view line);

}  // namespace gateway::evidence
