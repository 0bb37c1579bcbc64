#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace gateway::store {

/// The anchor: the highest checkpoint ever signed, in a file outside the database, so that a
/// database put back from yesterday's copy is noticed.

/// The note in the file; empty when there is no file. Errors: store_failed.
[[nodiscard]] base::Result<std::string> read_anchor(const std::string& path);

/// Replaces the file at once and durably: when it returns, the note survives a power cut.
/// Errors: store_failed; the old note stays.
[[nodiscard]] base::Result<void> write_anchor(const std::string& path, std::string_view note);

}  // namespace gateway::store
