#include "fhir_models/national/entries.hpp"

#include <algorithm>

namespace fhir::national {

std::vector<Entry> entries_of(const r4::Node& bundle)
{
    const auto type = bundle.text_of("resourceType");
    if (type != "Bundle") {
        return {{&bundle, {}, std::string(type)}};
    }
    std::vector<Entry> found;
    const auto* list = bundle.find("entry");
    if (list == nullptr) {
        return found;
    }
    std::size_t index = 0;
    for (const auto& entry : *list) {
        if (const auto* resource = entry.find("resource")) {
            found.push_back({resource, entry.text_of("fullUrl"),
                             "Bundle.entry[" + std::to_string(index) + "].resource"});
        }
        ++index;
    }
    return found;
}

std::string_view type_of(const Entry& entry) noexcept
{
    return entry.resource->text_of("resourceType");
}

const Entry* resolve(const std::vector<Entry>& entries, std::string_view reference)
{
    if (reference.empty()) {
        return nullptr;
    }
    const auto slash = reference.find('/');
    const auto points_here = [&](const Entry& entry) {
        return entry.full_url == reference ||
               (slash != std::string_view::npos && type_of(entry) == reference.substr(0, slash) &&
                entry.resource->text_of("id") == reference.substr(slash + 1));
    };
    const auto found = std::ranges::find_if(entries, points_here);
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace fhir::national
