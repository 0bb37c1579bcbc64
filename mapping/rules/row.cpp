#include "mapping/rules/row.hpp"

namespace mapping::rules {

Row::Row(const SourceTree& tree) : tree_(tree)
{
    values_.reserve(tree.leaves.size());
    for (const auto& leaf : tree.leaves) {
        while (first_.size() <= leaf.at.field) {
            first_.push_back(static_cast<std::uint32_t>(values_.size()));
        }
        if (const auto plain = plain_text(tree, leaf)) {
            values_.push_back(*plain);
        } else {
            decoded_.push_back(text_of(tree, leaf).value_or(std::string{}));
            values_.push_back(decoded_.back());
        }
    }
}

std::span<const std::string_view> Row::values(std::uint32_t column) const noexcept
{
    if (column >= first_.size()) {
        return {};
    }
    const auto end = column + 1 < first_.size() ? first_[column + 1] : values_.size();
    return std::span(values_).subspan(first_[column], end - first_[column]);
}

std::string_view Row::text(std::uint32_t column) const noexcept
{
    const auto all = values(column);
    return all.size() == 1 ? all.front() : std::string_view{};
}

std::string Row::place(std::uint32_t column) const
{
    return "row " + std::to_string(tree_.row) + ", column " + std::to_string(column);
}

}  // namespace mapping::rules
