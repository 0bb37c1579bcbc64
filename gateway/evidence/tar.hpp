#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/core/exchange.hpp"

namespace gateway::evidence {

/// A canonical ustar archive: there is one way to write the same files, so every byte counts.
///
/// Shape:  plain files in ascending order of name; mode 0644, or 0755 for "*.sh"; owners, times and
///         device numbers zero; owner names empty; data padded with zeros; two zero blocks at the
///         end and nothing after. Names: at most 100 of A-Z a-z 0-9 . _ - /, no part empty or
///         beginning with a dot.
/// Source: POSIX.1-1988 (IEEE Std 1003.1) ustar interchange format.

/// Sorts and writes. Errors: malformed_value, `where` = the name that is bad or there twice.
[[nodiscard]] base::Result<std::string> write_tar(std::vector<core::Document> files);

/// Errors: evidence_altered, `where` = the file, or "entry N" when its name cannot be told.
[[nodiscard]] base::Result<std::vector<core::Document>> read_tar(std::string_view tar);

}  // namespace gateway::evidence
