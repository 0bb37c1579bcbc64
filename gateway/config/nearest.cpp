#include "gateway/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace gateway::config {
namespace {

std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest_of(std::string_view word, std::span<const std::string_view> known)
{
    const auto nearest = std::ranges::min_element(
        known, {}, [&](std::string_view other) { return distance(word, other); });
    return nearest == known.end() ? std::string_view() : *nearest;
}

}  // namespace gateway::config
