#pragma once

#include <span>
#include <string_view>

namespace mapping {

/// A file of the packages compiled into the program.
struct BuiltInFile {
    std::string_view name;  ///< "hl7.v2-to-fhir/segments.csv"
    std::string_view text;
};

[[nodiscard]] std::span<const BuiltInFile> built_in_files() noexcept;

}  // namespace mapping
