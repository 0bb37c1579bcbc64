#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mapping {

/// The character sets a source can be read in. `undecided` bytes above 0x7F mean nothing.
enum class Charset : std::uint8_t { ascii, utf8, latin1, windows1252, undecided };

/// HL7 table 0211 (MSH-18) and the names a Request uses; nothing for a set we cannot read.
[[nodiscard]] std::optional<Charset> charset_named(std::string_view name) noexcept;

[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept;

/// The bytes as UTF-8. Errors: nothing when they are no text of that set.
[[nodiscard]] std::optional<std::string> to_utf8(std::string_view bytes, Charset charset);

}  // namespace mapping
