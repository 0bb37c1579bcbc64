#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "mapping/plan.hpp"

namespace mapping {

/// Adds the slots of a target path to `map` (or finds them) and gives the last one. "$this": 0.
/// Errors: what would be right, in words.
[[nodiscard]] tl::expected<std::uint32_t, base::Text> add_target(Map& map, std::string_view path);

/// The R4 type a map is about: "XCN[Practitioner-Author]" is about Practitioner.
[[nodiscard]] const fhir::r4::Type* type_of_map(std::string_view name) noexcept;

}  // namespace mapping
