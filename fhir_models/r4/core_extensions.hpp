#pragma once

#include <string_view>

namespace fhir::r4 {

/// An extension that R4 itself defines.
///
/// Shape:   lists are parted by blanks.
/// Source:  StructureDefinitions of R4 4.0.1 (extensions_r4.inc).
struct CoreExtension {
    std::string_view name;  ///< of its URL, behind ".../StructureDefinition/"
    std::string_view
        contexts;  ///< types and paths of elements it may stand on: "Patient HumanName.family"
    std::string_view values;  ///< types of value[x]; empty when it has parts instead
    std::string_view parts;   ///< urls of its extensions; "species!": must be there
};

/// nullptr when R4 defines no such extension.
[[nodiscard]] const CoreExtension* find_core_extension(std::string_view url) noexcept;

/// Whether the complete code systems of hl7.org/fhir have `code`; true for any other system.
[[nodiscard]] bool is_known_code(std::string_view system, std::string_view code) noexcept;

/// Whether `item` stands in a list parted by blanks.
[[nodiscard]] bool lists(std::string_view list, std::string_view item) noexcept;

}  // namespace fhir::r4
