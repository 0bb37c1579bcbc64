#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

/// Appends a leaf to an entry bundle: its length in two bytes, big-endian, then its bytes.
/// Errors: limit_exceeded beyond 65,535 bytes; the bundle is then as before.
/// Source: C2SP tlog-tiles, "Log entries".
[[nodiscard]] base::Result<void> append_entry(std::string& bundle, std::string_view leaf);

/// The leaves of a bundle, views into it. Errors: ledger_inconsistent when it is cut short.
[[nodiscard]] base::Result<std::vector<std::string_view>> read_bundle(std::string_view bundle);

}  // namespace gateway::evidence
