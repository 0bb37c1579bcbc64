#include "fhir_models/r4/place.hpp"

#include <vector>

namespace fhir::r4 {
namespace {

constexpr std::size_t kLongestName = 64;  ///< a name that R4 does not know may be anything

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
        path.append(frame.name.substr(0, kLongestName));
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
