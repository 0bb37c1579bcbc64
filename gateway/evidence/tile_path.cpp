#include "gateway/evidence/tile_path.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "gateway/evidence/subtree.hpp"

namespace gateway::evidence {
namespace {

constexpr std::uint32_t kLastLevel = 63;

/// A decimal number as to_text() writes it: without leading zeroes, at most `largest`.
std::optional<std::uint64_t> number(std::string_view digits, std::uint64_t largest)
{
    const auto value = base::to_size(digits);
    const bool canonical = value && (digits.size() == 1 || digits.front() != '0');
    return canonical && *value <= largest ? std::optional<std::uint64_t>(*value) : std::nullopt;
}

std::string index_text(std::uint64_t index)
{
    auto digits = std::to_string(index);
    digits.insert(0, (3 - digits.size() % 3) % 3, '0');
    std::string text;
    for (std::size_t i = 0; i < digits.size(); i += 3) {
        const bool last = i + 3 == digits.size();
        text.append(last ? "" : "x").append(digits, i, 3).append(last ? "" : "/");
    }
    return text;
}

std::optional<std::uint64_t> index_from(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c != 'x' && c != '/') {
            digits.push_back(c);
        }
    }
    const auto index = base::to_size(digits);
    return index && index_text(*index) == text ? std::optional<std::uint64_t>(*index)
                                               : std::nullopt;
}

}  // namespace

std::string to_text(const TilePath& path)
{
    auto text = "tile/" + (path.entries ? "entries" : std::to_string(path.level)) + "/" +
                index_text(path.index);
    if (path.width < kWidth) {
        text += ".p/" + std::to_string(path.width);
    }
    return text;
}

std::optional<TilePath> tile_path_from(std::string_view text)
{
    constexpr std::string_view kStart = "tile/";
    constexpr std::string_view kPartial = ".p/";
    if (!text.starts_with(kStart)) {
        return std::nullopt;
    }
    text.remove_prefix(kStart.size());
    TilePath path;

    const auto level_end = text.find('/');
    if (level_end == std::string_view::npos) {
        return std::nullopt;
    }
    path.entries = text.substr(0, level_end) == "entries";
    if (!path.entries) {
        const auto level = number(text.substr(0, level_end), kLastLevel);
        if (!level) {
            return std::nullopt;
        }
        path.level = static_cast<std::uint32_t>(*level);
    }
    text.remove_prefix(level_end + 1);

    if (const auto partial = text.find(kPartial); partial != std::string_view::npos) {
        const auto width = number(text.substr(partial + kPartial.size()), kWidth - 1);
        if (!width || *width == 0) {
            return std::nullopt;
        }
        path.width = static_cast<std::uint32_t>(*width);
        text = text.substr(0, partial);
    }
    const auto index = index_from(text);
    if (!index) {
        return std::nullopt;
    }
    path.index = *index;
    return path;
}

std::uint32_t tile_width(std::uint64_t size, std::uint32_t level, std::uint64_t index) noexcept
{
    const auto shift = level * kHeight;
    const auto hashes = shift < 64 ? size >> shift : 0;
    const auto before = index * kWidth;
    return hashes <= before || index > hashes / kWidth
               ? 0
               : static_cast<std::uint32_t>(std::min<std::uint64_t>(hashes - before, kWidth));
}

}  // namespace gateway::evidence
