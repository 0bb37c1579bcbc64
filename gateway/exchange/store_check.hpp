#pragma once

#include <cstdint>
#include <functional>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/verify.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

struct StoreTally {
    std::uint64_t leaves = 0;
    std::uint64_t exchanges = 0;
    std::uint64_t faults = 0;
};

/// Holds every row of this node against what was signed and logged: the ledger against `anchored`
/// and its own tiles; each leaf against the exchange it names; each exchange against its leaf, its
/// receipt, its payloads (those that were not erased) and, as an auditor would, its whole evidence
/// under `trust`. Open loads are passed over.
///
/// `tell` is given each fault: the row, and what was expected; never a value.
/// `seen` is told of each exchange that was looked at.
/// Threads:  one; blocking, milliseconds an exchange.  Errors: store_failed.
[[nodiscard]] base::Result<StoreTally> check_store(
    const Self& self, store::Store& store, const evidence::Checkpoint& anchored,
    const evidence::Trust& trust, const std::function<void(const base::Error&)>& tell,
    const std::function<void(std::uint64_t exchanges)>& seen);

}  // namespace gateway::exchange
