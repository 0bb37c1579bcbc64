#pragma once

#include <cstdint>

#include "fhir_models/base/result.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

/// Whether the stored ledger continues what was anchored, and its tail is what was committed.
///
/// The tree at the anchored size must have the anchored root; every leaf since is hashed again and
/// must stand in the stored tiles. With an empty checkpoint (size 0) the whole ledger is checked.
/// Errors: ledger_inconsistent, naming the sizes, the leaf or the tile; store_failed.
[[nodiscard]] base::Result<void> check_ledger(Store& store, const evidence::Checkpoint& anchored);

}  // namespace gateway::store
