#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace fhir::r4::fhirpath {

enum class TokenKind : std::uint8_t {
    end,
    identifier,  ///< also the words of operators
    quoted,      ///< `identifier` in backquotes
    string,
    number,
    date,  ///< "2015-02-04"
    date_time,
    time,
    variable,  ///< %name
    focus,     ///< $this, $index, $total
    symbol,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;  ///< without quotes, escapes, @, % and $
    std::size_t offset = 0;
};

/// Reads tokens one after another.
///
/// Owns:    nothing of the text; texts with escapes are kept in `texts`.
/// Errors:  malformed_value, `where` = "character N" of the expression.
class Lexer {
public:
    Lexer(std::string_view text, std::deque<std::string>& texts) : text_(text), texts_(texts) {}

    [[nodiscard]] base::Result<Token> next();

private:
    [[nodiscard]] bool skip_blanks();
    [[nodiscard]] base::Result<Token> quoted(char quote, TokenKind kind, std::size_t begin);
    [[nodiscard]] base::Result<Token> moment(std::size_t begin);
    [[nodiscard]] base::Result<Token> variable(std::size_t begin);
    [[nodiscard]] Token take(TokenKind kind, std::size_t begin, std::size_t size);
    [[nodiscard]] char at(std::size_t offset) const noexcept
    {
        return offset < text_.size() ? text_[offset] : '\0';
    }
    [[nodiscard]] std::size_t digits_from(std::size_t offset) const noexcept;
    [[nodiscard]] std::size_t word_from(std::size_t offset) const noexcept;

    std::string_view text_;
    std::deque<std::string>& texts_;
    std::size_t at_ = 0;
};

[[nodiscard]] base::Failure syntax_error(std::size_t offset, base::Text expected);

}  // namespace fhir::r4::fhirpath
