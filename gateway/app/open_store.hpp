#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {

/// The store the configuration names: PostgreSQL as the node of its `ledger_origin`, or SQLite in
/// `data`. Errors: store_failed.
[[nodiscard]] base::Result<std::unique_ptr<store::Store>> open_store(const config::Config& config);

/// Where a store keeps the mark of the master key its payloads were sealed with.
inline constexpr std::string_view kStoreOwner = "store";
inline constexpr std::string_view kMasterKeyMark = "master-key";

/// Tells two master keys apart and nothing else.
[[nodiscard]] std::string master_key_mark(const exchange::Self& self);

/// Refuses to work on payloads that another master key sealed: a second node, or a database
/// restored, without its key. Errors: unusable_key, store_failed.
[[nodiscard]] base::Result<void> check_master_key(store::Store& store, const exchange::Self& self);

}  // namespace gateway::app
