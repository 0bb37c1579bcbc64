#include "fhir_models/r4/fhirpath/lexer.hpp"

#include <charconv>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/scan.hpp"

namespace fhir::r4::fhirpath {
namespace {

bool begins_word(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Four hexadecimal digits as a code unit, or -1.
int code_unit(std::string_view digits)
{
    int value = -1;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    return digits.size() == 4 && error == std::errc{} && stop == end ? value : -1;
}

/// What follows a backslash, appended; false when it is no escape of FHIRPath. `at` stands on it.
bool append_escape(std::string_view text, std::size_t& at, std::string& out)
{
    constexpr std::string_view kMarks = "\\/'\"`frnt";
    constexpr std::string_view kMeanings = "\\/'\"`\f\r\n\t";
    const char mark = text[at];
    if (const auto found = kMarks.find(mark); found != std::string_view::npos) {
        out.push_back(kMeanings[found]);
        return true;
    }
    if (mark != 'u') {
        return false;
    }
    auto unit = code_unit(text.substr(at + 1, 4));
    at += 4;
    if (unit >= 0xD800 && unit < 0xDC00 && text.substr(at + 1, 2) == "\\u") {
        const auto low = code_unit(text.substr(at + 3, 4));
        if (low < 0xDC00 || low > 0xDFFF) {
            return false;
        }
        unit = 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00);
        at += 6;
    }
    if (unit < 0 || (unit >= 0xD800 && unit <= 0xDFFF)) {
        return false;
    }
    base::append_utf8(out, static_cast<char32_t>(unit));
    return true;
}

}  // namespace

base::Failure syntax_error(std::size_t offset, base::Text expected)
{
    return base::fail(base::Errc::malformed_value, "character " + std::to_string(offset + 1),
                      std::move(expected));
}

std::size_t Lexer::digits_from(std::size_t offset) const noexcept
{
    auto end = offset;
    while (is_digit(at(end))) {
        ++end;
    }
    return end - offset;
}

std::size_t Lexer::word_from(std::size_t offset) const noexcept
{
    auto end = offset;
    while (begins_word(at(end)) || (end > offset && is_digit(at(end)))) {
        ++end;
    }
    return end - offset;
}

Token Lexer::take(TokenKind kind, std::size_t begin, std::size_t size)
{
    at_ = begin + size;
    return {kind, text_.substr(begin, size), begin};
}

/// Blanks and comments; false when a comment does not end.
bool Lexer::skip_blanks()
{
    for (;;) {
        const char c = at(at_);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            ++at_;
        } else if (c == '/' && at(at_ + 1) == '/') {
            const auto end = text_.find('\n', at_);
            at_ = end == std::string_view::npos ? text_.size() : end;
        } else if (c == '/' && at(at_ + 1) == '*') {
            const auto end = text_.find("*/", at_ + 2);
            if (end == std::string_view::npos) {
                return false;
            }
            at_ = end + 2;
        } else {
            return true;
        }
    }
}

base::Result<Token> Lexer::quoted(char quote, TokenKind kind, std::size_t begin)
{
    std::string text;
    for (auto i = at_ + 1; i < text_.size(); ++i) {
        if (text_[i] == quote) {
            at_ = i + 1;
            return Token{kind, texts_.emplace_back(std::move(text)), begin};
        }
        if (text_[i] != '\\') {
            text.push_back(text_[i]);
        } else if (++i >= text_.size() || !append_escape(text_, i, text)) {
            return syntax_error(i, {"un escape de FHIRPath", "an escape of FHIRPath"});
        }
    }
    return syntax_error(begin, {"comillas que cierren", "a closing quote"});
}

/// After @: a date, a date and time, or T and a time.
base::Result<Token> Lexer::moment(std::size_t begin)
{
    auto end = begin;
    const auto group = [&](char mark, std::size_t digits) {
        const bool fits = at(end) == mark && digits_from(end + 1) == digits;
        end += fits ? digits + 1 : 0;
        return fits;
    };
    auto kind = TokenKind::time;
    if (at(end) != 'T') {
        kind = TokenKind::date;
        end += digits_from(end);
        if (group('-', 2)) {
            group('-', 2);
        }
    }
    if (at(end) == 'T') {
        kind = kind == TokenKind::date ? TokenKind::date_time : kind;
        ++end;
        if (digits_from(end) == 2) {
            end += 2;
            const bool minutes = group(':', 2);
            if (minutes && group(':', 2) && at(end) == '.' && is_digit(at(end + 1))) {
                end += 1 + digits_from(end + 1);
            }
            if (at(end) == 'Z' && kind == TokenKind::date_time) {
                ++end;
            } else if (kind == TokenKind::date_time && (at(end) == '+' || at(end) == '-') &&
                       digits_from(end + 1) == 2 && at(end + 3) == ':') {
                end += 6;
            }
        }
    }
    if (end == begin || end > text_.size()) {
        return syntax_error(begin, {"una fecha u hora tras @", "a date or time after @"});
    }
    return take(kind, begin, end - begin);
}

/// After %: a name, or one in quotes.
base::Result<Token> Lexer::variable(std::size_t begin)
{
    if (at(at_) == '`' || at(at_) == '\'') {
        return quoted(at(at_), TokenKind::variable, begin);
    }
    auto size = word_from(at_);
    while (size > 0 && at(at_ + size) == '-' && begins_word(at(at_ + size + 1))) {
        size += 1 + word_from(at_ + size + 1);  // %vs-name
    }
    if (size == 0) {
        return syntax_error(begin, {"un nombre tras %", "a name after %"});
    }
    return take(TokenKind::variable, at_, size);
}

base::Result<Token> Lexer::next()
{
    if (!skip_blanks()) {
        return syntax_error(at_, {"*/ que cierre el comentario", "*/ to close the comment"});
    }
    const auto begin = at_;
    const char c = at(begin);
    if (begin >= text_.size()) {
        return Token{TokenKind::end, {}, begin};
    }
    if (c == '\'') {
        return quoted(c, TokenKind::string, begin);
    }
    if (c == '`') {
        return quoted(c, TokenKind::quoted, begin);
    }
    if (is_digit(c)) {
        auto size = digits_from(begin);
        if (at(begin + size) == '.' && is_digit(at(begin + size + 1))) {
            size += 1 + digits_from(begin + size + 1);
        }
        return take(TokenKind::number, begin, size);
    }
    if (begins_word(c)) {
        return take(TokenKind::identifier, begin, word_from(begin));
    }
    if (c == '@') {
        return moment(begin + 1);
    }
    if (c == '%') {
        ++at_;
        return variable(begin);
    }
    if (c == '$') {
        auto token = take(TokenKind::focus, begin + 1, word_from(begin + 1));
        return token;
    }
    constexpr std::string_view kPairs[] = {"<=", ">=", "!=", "!~"};
    for (const auto pair : kPairs) {
        if (text_.substr(begin, 2) == pair) {
            return take(TokenKind::symbol, begin, 2);
        }
    }
    if (std::string_view("()[]{}.,+-*/&|<>=~").find(c) != std::string_view::npos) {
        return take(TokenKind::symbol, begin, 1);
    }
    return syntax_error(begin, {"un signo de FHIRPath", "a sign of FHIRPath"});
}

}  // namespace fhir::r4::fhirpath
