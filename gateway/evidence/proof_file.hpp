#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

/// That a leaf is in a ledger, in one file that stands alone (C2SP tlog-proof).
///
/// Shape:  "c2sp.org/tlog-proof@v1", "index N", one hash in base64 per line from the leaf's sibling
///         up, an empty line, the checkpoint as it was published.
/// Errors: evidence_altered.
struct ProofFile {
    std::uint64_t index = 0;
    std::vector<base::Digest> hashes;
    std::string checkpoint;  ///< signed note

    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] static base::Result<ProofFile> from(std::string_view text);
};

}  // namespace gateway::evidence
