#include "gateway/net/mllp_frames.hpp"

#include <algorithm>

namespace gateway::net {
namespace {

constexpr char kBegin = '\x0b';
constexpr char kEnd = '\x1c';
constexpr char kReturn = '\x0d';

}  // namespace

void MllpFrames::add(std::string_view bytes)
{
    bytes_.erase(0, at_);
    seen_ -= at_;
    at_ = 0;
    bytes_.append(bytes);
}

std::optional<std::string> MllpFrames::next()
{
    if (!inside_) {
        const auto begin = bytes_.find(kBegin, at_);
        inside_ = begin != std::string::npos;
        at_ = inside_ ? begin + 1 : bytes_.size();
        seen_ = at_;
    }
    while (inside_) {
        const auto end = bytes_.find(kEnd, seen_);
        if (end == std::string::npos || end + 1 == bytes_.size()) {
            seen_ = std::min(end, bytes_.size());
            return std::nullopt;
        }
        seen_ = end + 1;
        if (bytes_[seen_] == kReturn) {
            auto frame = bytes_.substr(at_, end - at_);
            at_ = seen_ + 1;
            seen_ = at_;
            inside_ = false;
            return frame;
        }
    }
    return std::nullopt;
}

std::string mllp_frame(std::string_view message)
{
    std::string frame;
    frame.reserve(message.size() + 3);
    frame += kBegin;
    frame.append(message);
    frame += kEnd;
    frame += kReturn;
    return frame;
}

}  // namespace gateway::net
