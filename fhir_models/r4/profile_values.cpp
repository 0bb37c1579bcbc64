#include "fhir_models/r4/profile_values.hpp"

namespace fhir::r4 {
namespace {

/// Equal, whatever the order of the properties.
bool is_equal(const Node& fixed, const Node& value)
{
    if (fixed.kind != value.kind || fixed.text != value.text || fixed.size() != value.size()) {
        return false;
    }
    const auto* beside = value.first;
    for (const auto& part : fixed) {
        const auto* const other = fixed.kind == Kind::object ? value.find(part.name) : beside;
        if (other == nullptr || !is_equal(part, *other)) {
            return false;
        }
        beside = beside->next;
    }
    return true;
}

bool covers(const Node& pattern, const Node& value);

bool covers_one(const Node& pattern, const Node& items)
{
    for (const auto& item : items) {
        if (covers(pattern, item)) {
            return true;
        }
    }
    return false;
}

bool covers(const Node& pattern, const Node& value)
{
    if (pattern.kind != value.kind || pattern.text != value.text) {
        return false;
    }
    for (const auto& part : pattern) {
        const auto* const other = pattern.kind == Kind::object ? value.find(part.name) : nullptr;
        if (pattern.kind == Kind::object ? other == nullptr || !covers(part, *other)
                                         : !covers_one(part, value)) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool has_values(const ProfileElement& element, const Node& value)
{
    return (element.fixed == nullptr || is_equal(*element.fixed, value)) &&
           (element.pattern == nullptr || covers(*element.pattern, value));
}

}  // namespace fhir::r4
