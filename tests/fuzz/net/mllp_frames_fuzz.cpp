#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "gateway/net/mllp_frames.hpp"

using gateway::net::mllp_frame;
using gateway::net::MllpFrames;

namespace {

std::vector<std::string> read(std::string_view stream, std::size_t step)
{
    MllpFrames frames;
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        frames.add(stream.substr(at, step));
        while (auto frame = frames.next()) {
            found.push_back(*std::move(frame));
        }
    }
    if (frames.pending() > stream.size()) {
        std::abort();
    }
    return found;
}

}  // namespace

/// The same frames come out however the stream is cut, and framing them gives them again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string_view stream(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto whole = read(stream, std::max<std::size_t>(stream.size(), 1));
    if (read(stream, 1) != whole || read(stream, data[0] % 16U + 1U) != whole) {
        std::abort();
    }
    std::string again;
    for (const auto& frame : whole) {
        again += mllp_frame(frame);
    }
    if (read(again, again.size() + 1) != whole) {
        std::abort();
    }
    return 0;
}
