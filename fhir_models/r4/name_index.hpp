#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fhir::r4 {

/// Where the names of one owner stand in a generated table of slots (linear probing, never full).
/// A slot holds 0 (empty) or n + 1: the owner's n-th name.
struct NameIndex {
    std::uint64_t seed = 1;
    std::uint32_t first_slot = 0;
    std::uint8_t bits = 0;  ///< 1 << bits slots; 0 when the owner has no names
};

/// The 64 bits generate/make_schema.py makes of a name: its ends, which name it nearly always.
[[nodiscard]] inline std::uint64_t fingerprint(std::string_view name) noexcept
{
    static_assert(std::endian::native == std::endian::little, "the generated slots are");
    constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15U;
    constexpr std::uint64_t kLast = 0xC2B2AE3D27D4EB4FU;
    const auto* const text = name.data();
    const auto size = name.size();
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (size >= 8) {
        std::memcpy(&first, text, 8);
        std::memcpy(&last, text + size - 8, 8);
    } else if (size >= 4) {
        std::memcpy(&first, text, 4);
        std::memcpy(&last, text + size - 4, 4);
    } else if (size > 0) {
        const auto byte = [&](std::size_t at) { return std::uint64_t{std::uint8_t(text[at])}; };
        first = byte(0) | byte(size / 2) << 8U | byte(size - 1) << 16U;
    }
    return first * kFirst + (last + size) * kLast;
}

/// The number of `name` among its owner's, or -1. `is_it(n)` compares it with the n-th.
template <class IsIt>
[[nodiscard]] int find_name(const NameIndex& index, const std::uint16_t* slots,
                            std::string_view name, IsIt is_it) noexcept
{
    if (index.bits == 0) {
        return -1;
    }
    const auto* const home = slots + index.first_slot;
    const auto last = (std::uint64_t{1} << index.bits) - 1;
    for (auto slot = fingerprint(name) * index.seed >> (64U - index.bits);;
         slot = (slot + 1) & last) {
        if (home[slot] == 0) {
            return -1;
        }
        if (is_it(home[slot] - 1U)) {
            return home[slot] - 1;
        }
    }
}

}  // namespace fhir::r4
