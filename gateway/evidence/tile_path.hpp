#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::evidence {

/// What a path of the C2SP tlog-tiles layout names: a tile of hashes or a bundle of entries.
///
/// Shape:  "tile/<L>/<N>" or "tile/entries/<N>", with ".p/<W>" when it is partial; N in groups of
///         three digits, "x001/x234/067" for 1,234,067.
/// Source: C2SP tlog-tiles, sections "Merkle Tree" and "Log entries".
struct TilePath {
    bool entries = false;
    std::uint32_t level = 0;  ///< 0 to 63; 0 for entries
    std::uint64_t index = 0;
    std::uint32_t width = 256;  ///< hashes or entries; below 256 it is partial

    friend bool operator==(const TilePath&, const TilePath&) = default;
};

[[nodiscard]] std::string to_text(const TilePath& path);
/// Errors: nothing when the text is not exactly what to_text() writes.
[[nodiscard]] std::optional<TilePath> tile_path_from(std::string_view text);

/// How many of the 256 places of tile `index` of `level` a tree of `size` leaves fills.
[[nodiscard]] std::uint32_t tile_width(std::uint64_t size, std::uint32_t level,
                                       std::uint64_t index) noexcept;

}  // namespace gateway::evidence
