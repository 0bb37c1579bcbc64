#include "mapping/giis/reader.hpp"

#include <algorithm>
#include <vector>

#include "fhir_models/base/text.hpp"

namespace mapping::giis {
namespace {

std::string_view without_mark(std::string_view bytes) noexcept
{
    return bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
}

std::vector<std::string_view> first_row(std::string_view bytes)
{
    const auto text = without_mark(bytes);
    auto line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return base::split(line, '|');
}

void add(SourceTree& tree, const Address& at, std::size_t begin, std::size_t end)
{
    if (end > begin) {
        tree.leaves.push_back({.at = at,
                               .segment = 0,
                               .begin = static_cast<std::uint32_t>(begin),
                               .size = static_cast<std::uint32_t>(end - begin),
                               .escaped = false,
                               .null = false});
    }
}

}  // namespace

Rows::Rows(std::string_view bytes) : bytes_(bytes), at_(bytes.size() - without_mark(bytes).size())
{
    if (!is_ascii(bytes) && base::find_invalid_utf8(bytes) == std::string_view::npos) {
        charset_ = Charset::utf8;
    }
}

std::optional<std::string_view> Rows::take_line()
{
    if (at_ >= bytes_.size()) {
        return std::nullopt;
    }
    begin_ = at_;
    const auto end = std::min(bytes_.find('\n', at_), bytes_.size());
    at_ = end + 1;
    ++line_;
    auto line = bytes_.substr(begin_, end - begin_);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

bool Rows::take_header(std::span<const std::string> columns)
{
    const auto match = match_header(bytes_.substr(std::min(at_, bytes_.size())), columns);
    if (match.named * 2 <= match.columns) {
        return false;
    }
    return take_line().has_value();
}

bool Rows::next(SourceTree& tree)
{
    auto line = take_line();
    while (line && base::trim(*line).empty()) {
        line = take_line();
    }
    if (!line) {
        return false;
    }
    tree.bytes = bytes_;
    tree.notation = Notation::columns;
    tree.charset = charset_;
    tree.row = line_;
    tree.segments.clear();
    tree.leaves.clear();
    tree.issues.clear();
    Address at{.field = 1, .repetition = 1, .component = 1, .subcomponent = 1};
    std::size_t from = 0;
    for (std::size_t i = 0; i <= line->size(); ++i) {
        const char c = i < line->size() ? (*line)[i] : '|';
        if (c != '|' && c != '&' && c != '#') {
            continue;
        }
        add(tree, at, begin_ + from, begin_ + i);
        from = i + 1;
        if (c == '#') {
            ++at.component;
        } else {
            at.component = 1;
            at.repetition = c == '&' ? at.repetition + 1 : 1;
            at.field += c == '|' ? 1 : 0;
        }
    }
    columns_ = at.field - 1;
    tree.states.assign(tree.leaves.size(), LeafState::unseen);
    tree.segments.push_back({.name = {'R', 'O', 'W'},
                             .occurrence = 1,
                             .first = 0,
                             .last = static_cast<std::uint32_t>(tree.leaves.size()),
                             .begin = static_cast<std::uint32_t>(begin_),
                             .readable = true});
    return true;
}

HeaderMatch match_header(std::string_view bytes, std::span<const std::string> names)
{
    const auto parts = first_row(bytes);
    HeaderMatch match{.columns = parts.size(), .named = 0};
    for (std::size_t i = 0; i < std::min(parts.size(), names.size()); ++i) {
        match.named += base::equals_ignoring_case(base::trim(parts[i]), names[i]) ? 1U : 0U;
    }
    return match;
}

base::Result<void> check_order(std::string_view bytes, std::span<const std::string> names)
{
    const auto parts = first_row(bytes);
    if (parts.size() > 2 * names.size()) {
        return {};  // most of them are no names of columns
    }
    std::size_t named = 0;
    std::size_t misplaced = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto is_it = [cell = base::trim(parts[i])](const std::string& name) {
            return base::equals_ignoring_case(cell, name);
        };
        if (std::ranges::none_of(names, is_it)) {
            continue;
        }
        ++named;
        if (misplaced == 0 && (i >= names.size() || !is_it(names[i]))) {
            misplaced = i + 1;
        }
    }
    if (misplaced == 0 || named * 2 <= parts.size()) {
        return {};
    }
    return base::fail(base::Errc::malformed_source, "row 1, column " + std::to_string(misplaced),
                      {"las columnas en el orden de la guía, que es por el que se leen",
                       "the columns in the order of the guide, by which they are read"});
}

}  // namespace mapping::giis
