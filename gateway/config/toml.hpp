#pragma once

namespace gateway::config {

/// Thrown where toml++ 3.3 asserts, or assumes under NDEBUG, instead of refusing: "[[" at the end
/// of a file, for one.
struct Unreadable {};

}  // namespace gateway::config

// clang-format off
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : throw gateway::config::Unreadable{})
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
// clang-format on
