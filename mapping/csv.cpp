#include "mapping/csv.hpp"

#include <algorithm>

namespace mapping {
namespace {

/// Reads one cell from `at`, leaves `at` on the separator after it; false: the quote has no end.
bool read_cell(std::string_view text, std::size_t& at, std::size_t& line, std::string& cell)
{
    cell.clear();
    if (at >= text.size() || text[at] != '"') {
        const auto end = std::min(text.find_first_of(",\r\n", at), text.size());
        cell = text.substr(at, end - at);
        at = end;
        return true;
    }
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\n') {
            ++line;
        }
        if (text[at] != '"') {
            cell.push_back(text[at]);
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
            cell.push_back('"');
            ++at;
        } else {
            ++at;
            return at == text.size() || text[at] == ',' || text[at] == '\r' || text[at] == '\n';
        }
    }
    return false;
}

}  // namespace

base::Result<std::vector<CsvRow>> read_csv(std::string_view text)
{
    std::vector<CsvRow> rows;
    std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    std::size_t line = 1;
    std::string cell;
    while (at < text.size()) {
        CsvRow row{line, {}};
        for (;;) {
            if (!read_cell(text, at, line, cell)) {
                return base::fail(
                    base::Errc::malformed_package,
                    std::to_string(row.line) + ":" + std::to_string(row.cells.size() + 1),
                    {"comillas cerradas al final de la celda",
                     "quotes closed at the end of the cell"});
            }
            row.cells.push_back(cell);
            if (at >= text.size() || text[at] != ',') {
                break;
            }
            ++at;
        }
        if (at < text.size() && text[at] == '\r') {
            ++at;
        }
        if (at < text.size() && text[at] == '\n') {
            ++at;
            ++line;
        }
        if (std::ranges::any_of(row.cells, [](const auto& part) { return !part.empty(); })) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace mapping
