#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::net {

/// Cuts a stream of bytes into MLLP frames: VT (0B) … FS (1C) CR (0D). Bytes outside frames are
/// skipped, a LF behind a frame among them; FS without CR, and VT, are data inside one.
///
/// Owns:    what is not yet a whole frame.
/// Source:  HL7 v2 Transport Specification, MLLP Release 1, block format.
class MllpFrames {
public:
    void add(std::string_view bytes);
    /// The next whole frame without its marks; nothing until more bytes come.
    [[nodiscard]] std::optional<std::string> next();

    /// A frame has begun and not ended. Its bytes so far: `pending`.
    [[nodiscard]] bool inside() const noexcept { return inside_; }
    [[nodiscard]] std::size_t pending() const noexcept { return inside_ ? bytes_.size() - at_ : 0; }

private:
    std::string bytes_;
    std::size_t at_ = 0;    ///< first byte not given out
    std::size_t seen_ = 0;  ///< no end of a frame before
    bool inside_ = false;
};

/// VT message FS CR.
[[nodiscard]] std::string mllp_frame(std::string_view message);

}  // namespace gateway::net
