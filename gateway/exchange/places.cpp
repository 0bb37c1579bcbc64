#include "gateway/exchange/places.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "fhir_models/base/text.hpp"

namespace gateway::exchange {
namespace {

constexpr std::string_view kEntry = "Bundle.entry[";
constexpr std::string_view kResource = "].resource.";

/// What is missing has no place in the source: to look for it would list the lineage of every
/// message that lacks a datum of the minimum dataset, which most do.
bool lacks_place(const base::Issue& issue)
{
    return issue.severity <= base::Severity::warning && issue.where.empty() &&
           issue.code != base::Errc::missing_minimum_data && issue.path.starts_with(kEntry);
}

/// "Bundle.entry[7].resource.birthDate" in the lineage's notation, "Patient[0].birthDate".
std::optional<std::string> target_of(std::string_view path, const fhir::r4::Node& bundle)
{
    path.remove_prefix(kEntry.size());
    const auto close = path.find(kResource);
    const auto index =
        close == std::string_view::npos ? std::nullopt : base::to_size(path.substr(0, close));
    const auto* entries = bundle.find("entry");
    if (!index || entries == nullptr) {
        return std::nullopt;
    }
    std::map<std::string_view, std::size_t> seen;  // how many resources of each type so far
    std::size_t at = 0;
    for (const auto& entry : *entries) {
        const auto* resource = entry.find("resource");
        const auto type =
            resource == nullptr ? std::string_view{} : resource->text_of("resourceType");
        if (at++ == *index) {
            return std::string(type) + "[" + std::to_string(seen[type]) + "]." +
                   std::string(path.substr(close + kResource.size()));
        }
        ++seen[type];
    }
    return std::nullopt;
}

}  // namespace

void add_source_places(mapping::Translation& translation)
{
    if (std::ranges::none_of(translation.issues, lacks_place)) {
        return;
    }
    const auto lineage = translation.lineage();
    for (auto& issue : translation.issues) {
        const auto target =
            lacks_place(issue) ? target_of(issue.path, translation.bundle.root()) : std::nullopt;
        if (!target) {
            continue;
        }
        const auto made = std::ranges::find(lineage, *target, &mapping::LineageEntry::target);
        if (made != lineage.end()) {
            issue.where = made->source;
        }
    }
}

}  // namespace gateway::exchange
