#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gateway/config/config.hpp"

/// Whatever the bytes are, there is an answer: a configuration, or faults that name a place.
///
/// ASCII only: toml++ 3.3 marks a branch of its blank look-up unreachable that a letter beyond
/// ASCII in the middle of a syntax error reaches (it answers "no blank"); the sanitizer stops
/// there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) > 0x7f; })) {
        return 0;
    }
    const auto config = gateway::config::read_config(bytes, "f", "/etc");
    if (!config && (config.error().empty() || !config.error()[0].where.starts_with("f:"))) {
        __builtin_trap();
    }
    return 0;
}
