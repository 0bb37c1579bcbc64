#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// The parts between separators; "a||b" has three, "" has one empty part. Views into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Without ASCII blanks at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

[[nodiscard]] std::string to_upper_ascii(std::string_view text);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool is_digits(std::string_view text) noexcept;  ///< not empty, 0-9 only

/// A decimal integer that fits; nothing for a sign, blanks or other characters.
[[nodiscard]] std::optional<std::size_t> to_size(std::string_view digits) noexcept;

/// Offset of the first byte that breaks UTF-8 (overlongs and surrogates included), or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

/// ISO-8859-1 and windows-1252 to UTF-8. The five bytes windows-1252 leaves undefined
/// (81 8D 8F 90 9D) are no characters: nothing.
[[nodiscard]] std::string latin1_to_utf8(std::string_view bytes);
[[nodiscard]] std::optional<std::string> windows1252_to_utf8(std::string_view bytes);
/// Errors: nothing when a character has no place in windows-1252.
[[nodiscard]] std::optional<std::string> utf8_to_windows1252(std::string_view text);

/// One code point as UTF-8, appended.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace base
