#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// A SHA-256 digest, 32 bytes.
using Digest = std::array<std::uint8_t, 32>;

/// Bytes as text views, for the functions that take and give them.
[[nodiscard]] std::string_view view(const Digest& digest) noexcept;

[[nodiscard]] Digest sha256(std::string_view bytes);

/// SHA-256 of bytes that come piece by piece.
///
/// Threads: one at a time.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::string_view bytes);
    [[nodiscard]] Digest finish();  ///< the last call

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// RFC 4122 UUIDv5: SHA-1 of `name` in `space` (16 raw bytes), in the 36-character lower-case form.
[[nodiscard]] std::string uuid_v5(const std::array<std::uint8_t, 16>& space, std::string_view name);

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Errors: nothing when the length is odd or a character is not hexadecimal.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);  ///< RFC 4648 §5, no padding
/// Errors: nothing when the text is not canonical (padding, alphabet, unused bits).
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace base
