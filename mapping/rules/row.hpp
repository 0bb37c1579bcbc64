#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/source.hpp"

namespace mapping::rules {

/// The texts of one delimited record by column.
///
/// Owns:    only texts that had to be decoded; the tree and its bytes outlive it.
class Row {
public:
    explicit Row(const SourceTree& tree);

    /// The values of a column, several where they are joined by "&"; none when it is empty.
    [[nodiscard]] std::span<const std::string_view> values(std::uint32_t column) const noexcept;

    /// The only value of a column; empty when there is none or there are several.
    [[nodiscard]] std::string_view text(std::uint32_t column) const noexcept;

    /// "row 7, column 13"
    [[nodiscard]] std::string place(std::uint32_t column) const;

    [[nodiscard]] const SourceTree& tree() const noexcept { return tree_; }

private:
    const SourceTree& tree_;
    std::vector<std::string_view> values_;
    std::vector<std::uint32_t> first_;  ///< of column N at [N]; one more at the end
    std::deque<std::string> decoded_;
};

}  // namespace mapping::rules
