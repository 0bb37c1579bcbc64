#include "fhir_models/r4/core_extensions.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

namespace fhir::r4 {
namespace {

using ExtensionRow = CoreExtension;

struct CodeSystem {
    std::string_view url;
    std::uint16_t first;
    std::uint16_t count;
};

// clang-format off
#include "fhir_models/r4/code_systems_r4.inc"
#include "fhir_models/r4/extensions_r4.inc"
// clang-format on

}  // namespace

const CoreExtension* find_core_extension(std::string_view url) noexcept
{
    constexpr std::string_view kBase = "http://hl7.org/fhir/StructureDefinition/";
    if (!url.starts_with(kBase)) {
        return nullptr;
    }
    url.remove_prefix(kBase.size());
    const auto* const row = std::ranges::lower_bound(kExtensions, url, {}, &CoreExtension::name);
    return row != std::end(kExtensions) && row->name == url ? row : nullptr;
}

bool is_known_code(std::string_view system, std::string_view code) noexcept
{
    const auto* const row =
        std::ranges::lower_bound(kFhirCodeSystems, system, {}, &CodeSystem::url);
    return row == std::end(kFhirCodeSystems) || row->url != system ||
           std::ranges::binary_search(std::span(kFhirCodes).subspan(row->first, row->count), code);
}

bool lists(std::string_view list, std::string_view item) noexcept
{
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        if (list.substr(0, end) == item) {
            return true;
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace fhir::r4
