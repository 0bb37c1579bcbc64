#pragma once

#include <string>
#include <vector>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// That leaf `index` is in the ledger of that checkpoint, as a file (C2SP tlog-proof).
/// Errors: ledger_inconsistent, store_failed.
[[nodiscard]] base::Result<std::string> proof_text(std::uint64_t index, const std::string& note,
                                                   const evidence::Checkpoint& checkpoint,
                                                   store::LedgerReader& reader);

/// Adds a leaf, its proof against the first checkpoint that covers it, and what others say of one.
/// Errors: overloaded until a checkpoint covers it; not_found for a ledger that is not of this
///         store; ledger_inconsistent, store_failed.
[[nodiscard]] base::Result<void> add_proofs(const evidence::LogClaim& place,
                                            const std::string& suffix,
                                            std::vector<core::Document>& documents,
                                            const Self& self, store::Store& store);

}  // namespace gateway::exchange
