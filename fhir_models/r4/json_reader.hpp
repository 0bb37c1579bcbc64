#pragma once

#include <cstddef>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

struct JsonLimits {
    std::size_t depth = 64;
    std::size_t bytes = std::size_t{64} << 20U;
};

/// Reads JSON text into a tree: the one JSON reader of the house.
///
/// Refuses what RapidJSON 1.1.0 takes by default: invalid UTF-8, duplicate names, depth beyond the
/// limit, anything after the value. Numbers keep their text. Does not ask whether it is FHIR.
/// Errors:  malformed_json, limit_exceeded; `where` = "line L, column C".
[[nodiscard]] base::Result<Document> read_json(std::string_view bytes,
                                               const JsonLimits& limits = {});

/// Line and column (both from 1, columns in bytes) of a byte offset.
struct LineColumn {
    std::size_t line = 1;
    std::size_t column = 1;
};
[[nodiscard]] LineColumn line_column(std::string_view bytes, std::size_t offset) noexcept;

}  // namespace fhir::r4
