#include "fhir_models/r4/place.hpp"

#include <algorithm>
#include <vector>

namespace fhir::r4 {
namespace {

constexpr std::size_t kLongestName = 64;

/// A name that R4 does not know may be anything: cut between characters, without control
/// characters.
void append_name(std::string_view name, std::string& path)
{
    auto size = std::min(name.size(), kLongestName);
    while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    for (const char c : name.substr(0, size)) {
        path.push_back(static_cast<unsigned char>(c) < 0x20 ? '?' : c);
    }
}

}  // namespace

std::string to_path(const Place& place)
{
    std::vector<const Place*> frames;
    for (const auto* frame = &place; frame != nullptr; frame = frame->parent) {
        frames.push_back(frame);
    }
    std::string path;
    for (; !frames.empty(); frames.pop_back()) {
        const auto& frame = *frames.back();
        if (!path.empty()) {
            path.push_back('.');
        }
        append_name(frame.name, path);
        if (frame.index >= 0) {
            path.append("[").append(std::to_string(frame.index)).append("]");
        }
    }
    return path;
}

std::string to_where(const Node& node)
{
    const bool root = node.first != nullptr && node.first->offset > 0;
    return node.offset > 0 || root ? "@byte " + std::to_string(node.offset) : std::string{};
}

}  // namespace fhir::r4
