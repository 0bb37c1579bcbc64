#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

/// What a ledger asks of a witness (C2SP tlog-witness, add-checkpoint).
///
/// Shape:  "old N", one hash in base64 per line, an empty line, the checkpoint as a signed note.
/// Errors: malformed_request.
struct AddCheckpoint {
    std::uint64_t old_size = 0;       ///< of the last one this witness cosigned
    std::vector<base::Digest> proof;  ///< that the tree grew from it; 63 hashes at most
    std::string checkpoint;           ///< signed note

    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] static base::Result<AddCheckpoint> from(std::string_view text);
};

}  // namespace gateway::evidence
