#include "gateway/config/scan.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"

namespace gateway::config {
namespace {

bool is_control(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

/// Where the quoted text that begins at `begin` ends: the offset after its closing quotes, the end
/// of the line when it is not closed, the end of the text for an open multi-line one.
std::size_t after_quoted(std::string_view text, std::size_t begin) noexcept
{
    const char quote = text[begin];
    const bool escapes = quote == '"';
    const std::string_view triple = escapes ? R"(""")" : "'''";
    const bool multi_line = text.substr(begin).starts_with(triple);
    std::size_t at = begin + (multi_line ? 3 : 1);
    while (at < text.size()) {
        if (escapes && text[at] == '\\') {
            at += 2;
        } else if (multi_line && text.substr(at).starts_with(triple)) {
            return at + 3;
        } else if (!multi_line && (text[at] == quote || text[at] == '\n')) {
            return at + 1;
        } else {
            ++at;
        }
    }
    return text.size();
}

bool may_open_quotes(std::string_view text, std::size_t at) noexcept
{
    constexpr std::string_view kBefore = " \t\r\n=[{,";
    return (text[at] == '"' || text[at] == '\'') &&
           (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos);
}

std::size_t first_bare_beyond_ascii(std::string_view text) noexcept
{
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (may_open_quotes(text, at)) {
            at = after_quoted(text, at);
        } else if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (static_cast<unsigned char>(c) > 0x7f) {
            return at;
        } else {
            ++at;
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::size_t first_impossible(std::string_view text) noexcept
{
    const auto control = std::ranges::find_if(text, is_control);
    const auto at = control == text.end() ? std::string_view::npos
                                          : static_cast<std::size_t>(control - text.begin());
    return std::min({at, base::find_invalid_utf8(text), first_bare_beyond_ascii(text)});
}

}  // namespace gateway::config
