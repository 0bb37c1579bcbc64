#include "mapping/condition_tokens.hpp"

#include <algorithm>

namespace mapping {
namespace {

bool is_upper(char c) noexcept
{
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool is_word(char c) noexcept
{
    return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
           c == '[' || c == ']' || c == '_';
}

bool is_segment_name(std::string_view text) noexcept
{
    return text.size() == 3 && is_upper(text[0]) &&
           std::ranges::all_of(text, [](char c) { return is_upper(c) || is_digit(c); });
}

constexpr std::string_view kKeywords[] = {"AND", "NOT", "ARE", "THE"};

bool names_place(std::string_view word)
{
    const auto dash = word.find_first_of("-.");
    if (dash == std::string_view::npos) {
        const bool column = word.size() > 1 && word[0] == 'c' && is_digit(word[1]);
        return column || (is_segment_name(word) &&
                          std::ranges::find(kKeywords, word) == std::ranges::end(kKeywords));
    }
    const auto after = word.substr(dash + 1);
    return dash >= 2 && !after.empty() && is_digit(after[0]);
}

base::Failure refuse()
{
    return base::fail(
        base::Errc::malformed_package, {},
        {"un lugar como PID-3.1, CX.4 o c26", "a place such as PID-3.1, CX.4 or c26"});
}

/// Reads "3", "3[2]", "3.1.2" from the front; false when it is none.
bool read_steps(std::string_view text, Operand& operand)
{
    for (const auto part : base::split(text, '.')) {
        const auto bracket = part.find('[');
        const auto number = base::to_size(part.substr(0, bracket));
        if (!number || *number == 0 || *number > 0xFFFFFF || operand.depth == 3) {
            return false;
        }
        if (bracket != std::string_view::npos) {
            const auto close = part.find(']', bracket);
            const auto repetition = base::to_size(part.substr(bracket + 1, close - bracket - 1));
            if (close != part.size() - 1 || !repetition || *repetition == 0 || operand.depth != 0) {
                return false;
            }
            operand.repetition = static_cast<std::uint32_t>(*repetition);
        }
        operand.step[operand.depth++] = static_cast<std::uint32_t>(*number);
    }
    return true;
}

}  // namespace

base::Result<Operand> parse_operand(std::string_view text)
{
    Operand operand;
    if (text.size() > 1 && text[0] == 'c' && is_digit(text[1])) {
        operand.segment = {'R', 'O', 'W'};
        return read_steps(text.substr(1), operand) ? base::Result<Operand>(operand) : refuse();
    }
    const auto dash = text.find('-');
    const auto dot = text.find('.');
    const auto name = text.substr(0, std::min(dash, dot));
    const bool named = name.size() >= 2 && name.size() <= 3 && is_upper(name[0]) &&
                       std::ranges::all_of(name, [](char c) { return is_upper(c) || is_digit(c); });
    if (!named) {
        return refuse();
    }
    const bool segment = name.size() == 3 && (dash < dot || name.size() == text.size());
    if (segment) {
        std::copy_n(name.begin(), 3, operand.segment.begin());
    }
    if (name.size() == text.size()) {  // a segment as a whole, or (two letters) the value at hand
        return operand;
    }
    if (dash < dot && name.size() == 2) {
        return refuse();
    }
    return read_steps(text.substr(name.size() + 1), operand) ? base::Result<Operand>(operand)
                                                             : refuse();
}

tl::expected<std::vector<Token>, std::size_t> tokenize(std::string_view text)
{
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++at;
            continue;
        }
        Token token;
        token.at = at;
        if (c == '"' || c == '\'') {
            const auto end = text.find(c, at + 1);
            if (end == std::string_view::npos) {
                return tl::unexpected(at);
            }
            token.kind = Token::Kind::text;
            token.text = text.substr(at + 1, end - at - 1);
            at = end + 1;
        } else if (is_word(c)) {
            auto end = at;
            while (end < text.size() && is_word(text[end])) {
                ++end;
            }
            token.kind = Token::Kind::word;
            token.text = text.substr(at, end - at);
            at = end;
            if (names_place(token.text)) {
                const auto operand = parse_operand(token.text);
                if (!operand) {
                    return tl::unexpected(token.at);
                }
                token.kind = Token::Kind::operand;
                token.operand = *operand;
            }
        } else {
            const auto two = text.substr(at, 2);
            token.kind = Token::Kind::word;
            token.text = two == "!=" ? two : text.substr(at, 1);
            if (std::string_view("(),=<>!+").find(c) == std::string_view::npos) {
                return tl::unexpected(at);
            }
            at += token.text.size();
        }
        tokens.push_back(std::move(token));
    }
    Token end;
    end.at = text.size();
    tokens.push_back(std::move(end));
    return tokens;
}

}  // namespace mapping
