#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mapping {

/// The character sets a source can be read in. `undecided` bytes above 0x7F mean nothing.
/// From latin2 on ICU knows them, one by one of HL7 table 0211.
enum class Charset : std::uint8_t {
    ascii,
    utf8,
    latin1,
    windows1252,
    undecided,
    latin2,
    latin3,
    latin4,
    cyrillic,
    arabic,
    greek,
    hebrew,
    latin5,
    latin9,
    katakana,
    korean,
    chinese_taiwan,
    japanese,
    chinese,
    big5,
    utf16,
    utf32
};

/// HL7 table 0211 (MSH-18) and the names a Request uses; nothing for a set we cannot read.
[[nodiscard]] std::optional<Charset> charset_named(std::string_view name) noexcept;

/// Whether the delimiters of a message can be part of a character: such text is read as UTF-8
/// whole.
[[nodiscard]] bool hides_delimiters(Charset charset) noexcept;

/// The set a designation of ISO 2022 (HL7 escapes \C..\) puts at the upper half: "2D42" is latin2.
[[nodiscard]] std::optional<Charset> charset_designated(std::string_view hex) noexcept;

[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept;

/// The bytes as UTF-8. Errors: nothing when they are no text of that set.
[[nodiscard]] std::optional<std::string> to_utf8(std::string_view bytes, Charset charset);

}  // namespace mapping
