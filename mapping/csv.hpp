#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace mapping {

struct CsvRow {
    std::size_t line = 0;  ///< of its first character, from 1
    std::vector<std::string> cells;
};

/// CSV as spreadsheets write it: comma, double quotes doubled inside quotes, LF or CRLF, a BOM
/// taken; lines without any text are passed over.
/// Errors:  malformed_package, `where` = "row:column" (a quote that never ends).
/// Source:  RFC 4180.
[[nodiscard]] base::Result<std::vector<CsvRow>> read_csv(std::string_view text);

}  // namespace mapping
