#pragma once

#include <filesystem>

#include "gateway/evidence/verify.hpp"

namespace gateway::evidence {

/// Checks a whole ledger kept as files in the C2SP tlog-tiles layout (`verify --ledger DIR`):
/// `checkpoint`, `tile/<L>/<N>`, `tile/entries/<N>`. Every hash is computed again from the entries:
/// the checkpoint is signed by a ledger that is trusted, every leaf tells its own place, every tile
/// of hashes is the entries', the root is the checkpoint's. Memory does not grow with the ledger.
///
/// `trust.vkeys` is what is trusted; certificates play no part. The first check that fails names
/// the file.
[[nodiscard]] Report check_ledger(const std::filesystem::path& folder, const Trust& trust);

}  // namespace gateway::evidence
