#pragma once

namespace base {

/// Thrown where toml++ 3.3 asserts, or assumes under NDEBUG, instead of refusing: "[[" at the end
/// of a file, for one. Whoever parses TOML catches it; every source includes toml++ by this header,
/// so that its inline functions are the same everywhere.
struct UnreadableToml {};

}  // namespace base

// clang-format off
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : throw base::UnreadableToml{})
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
// clang-format on
