#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "mapping/source.hpp"

namespace mapping::giis {

/// The rows of a GIIS file, one at a time: `|` between columns, `&` between repeated values, `#`
/// between the parts of a composite. Read by position; the names of a header line only recognise
/// it.
///
/// Owns:    nothing; the bytes outlive it.
/// Source:  GIIS-B015-04-11, structure of the file (windows-1252, LF or CRLF).
class Rows {
public:
    explicit Rows(std::string_view bytes);

    /// UTF-8 where windows-1252 is due.
    [[nodiscard]] bool is_utf8() const noexcept { return charset_ == Charset::utf8; }

    /// The names on the first line, when it is a header of `columns` columns: as many, and most of
    /// them the given names. A header is passed over.
    [[nodiscard]] bool take_header(std::span<const std::string> columns);

    /// The next row that is not blank into `tree` (its memory is used again); false at the end.
    [[nodiscard]] bool next(SourceTree& tree);

    /// Columns of the row read last.
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

private:
    [[nodiscard]] std::optional<std::string_view> take_line();

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::size_t line_ = 0;
    std::size_t begin_ = 0;  ///< of the line taken last
    std::size_t columns_ = 0;
    Charset charset_ = Charset::windows1252;
};

/// The columns of the first line and how many of them are in `names` at their place.
struct HeaderMatch {
    std::size_t columns = 0;
    std::size_t named = 0;
};
[[nodiscard]] HeaderMatch match_header(std::string_view bytes, std::span<const std::string> names);

/// Rows are read by position: a file in another order would put each datum into the place of
/// another. Holds too when most of the first line are no names of columns.
/// Errors: malformed_source, `where` = the first column over which the name of another stands.
[[nodiscard]] base::Result<void> check_order(std::string_view bytes,
                                             std::span<const std::string> names);

}  // namespace mapping::giis
