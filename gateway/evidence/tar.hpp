#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "gateway/core/exchange.hpp"

namespace gateway::evidence {

/// The archive evidence travels in.
///
/// Shape:  written as canonical ustar: plain files in ascending order of name; mode 0644, or 0755
///         for "*.sh"; owners, times and device numbers zero; owner names empty; two zero blocks at
///         the end. Read as any tar(1) packs it again (ustar, GNU, pax): order, times and owners do
///         not matter; each header must have its checksum, the rest be zeros, so that no changed
///         bit passes. Names: at most 100 of A-Z a-z 0-9 . _ - /, no part empty or beginning with a
///         dot; a leading "./" is dropped, folders are passed over, links are refused.
/// Source: POSIX.1-2001 (IEEE Std 1003.1) ustar and pax interchange formats.

/// Sorts and writes. Errors: malformed_value, `where` = the name that is bad or there twice.
[[nodiscard]] base::Result<std::string> write_tar(std::vector<core::Document> files);

/// The files in order of name. Errors: evidence_altered, `where` = the file, or "entry N" when its
/// name cannot be told.
[[nodiscard]] base::Result<std::vector<core::Document>> read_tar(std::string_view tar);

}  // namespace gateway::evidence
