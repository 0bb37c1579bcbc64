#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

namespace gateway::crypto {

/// The key that wraps data keys: 32 bytes in a file of mode 0600, made on first use.
class MasterKey {
public:
    /// Errors: unusable_key when the file is unreadable, of another size or open to others.
    [[nodiscard]] static base::Result<MasterKey> load_or_create(const std::string& path);
    [[nodiscard]] static MasterKey from_bytes(const std::array<std::uint8_t, 32>& bytes)
    {
        return MasterKey(bytes);
    }

    MasterKey(const MasterKey&) = default;
    MasterKey& operator=(const MasterKey&) = default;
    ~MasterKey();  ///< wipes the bytes

    [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const noexcept { return bytes_; }

private:
    explicit MasterKey(const std::array<std::uint8_t, 32>& bytes) noexcept : bytes_(bytes) {}
    std::array<std::uint8_t, 32> bytes_;
};

/// Bytes at rest: zstd, then AES-256-GCM under a data key of their own. Without `wrapped_key` the
/// bytes are gone: that is how a payload is erased and its evidence kept.
struct Sealed {
    std::string
        wrapped_key;    ///< nonce(12) || data key encrypted(32) || tag(16), under the master key
    std::string bytes;  ///< nonce(12) || ciphertext || tag(16)
};

/// `context` is authenticated, not stored: open() must be given the same (exchange id and kind).
[[nodiscard]] base::Result<Sealed> seal(const MasterKey& master, std::string_view plain,
                                        std::string_view context);
/// Errors: evidence_altered when anything was changed; limit_exceeded beyond `largest` plain bytes.
[[nodiscard]] base::Result<std::string> open(const MasterKey& master, const Sealed& sealed,
                                             std::string_view context,
                                             std::size_t largest = std::size_t{256} << 20U);

/// HMAC-SHA-256, 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace gateway::crypto
