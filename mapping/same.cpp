#include "mapping/same.hpp"

namespace mapping {
namespace {

namespace r4 = fhir::r4;

bool any_covers(const r4::Node& array, const r4::Node& item)
{
    for (const auto& other : array) {
        if (covers(other, item)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::uint64_t hash_of(const r4::Node& node, std::uint64_t seed) noexcept
{
    const auto add = [&](std::string_view text) {
        for (const char c : text) {
            seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        }
    };
    add(node.name);
    add(node.text);
    for (const auto& child : node) {
        seed = hash_of(child, seed * 31);
    }
    return seed;
}

bool equal(const r4::Node& a, const r4::Node& b) noexcept
{
    if (a.kind != b.kind || a.name != b.name || a.text != b.text) {
        return false;
    }
    const auto* one = a.first;
    const auto* two = b.first;
    for (; one != nullptr && two != nullptr; one = one->next, two = two->next) {
        if (!equal(*one, *two)) {
            return false;
        }
    }
    return one == two;
}

bool covers(const r4::Node& more, const r4::Node& less)
{
    if (more.kind != less.kind || more.text != less.text) {
        return false;
    }
    for (const auto& child : less) {
        if (less.kind == r4::Kind::object) {
            const auto* const other = more.find(child.name);
            if (child.name != "id" && (other == nullptr || !covers(*other, child))) {
                return false;
            }
        } else if (!any_covers(more, child)) {
            return false;
        }
    }
    return true;
}

}  // namespace mapping
