#include "gateway/exchange/places.hpp"

#include "fhir_models/r4/path.hpp"

namespace gateway::exchange {
namespace {

constexpr std::string_view kBundle = "Bundle.";

/// What is missing has no place in the source.
bool lacks_place(const base::Issue& issue)
{
    return issue.severity <= base::Severity::warning && issue.where.empty() &&
           issue.code != base::Errc::missing_minimum_data && issue.path.starts_with(kBundle);
}

}  // namespace

void add_source_places(mapping::Translation& translation)
{
    for (auto& issue : translation.issues) {
        const auto* element =
            lacks_place(issue) ? fhir::r4::get(translation.bundle.root(),
                                               std::string_view(issue.path).substr(kBundle.size()))
                               : nullptr;
        if (element != nullptr) {
            issue.where = translation.source_of(*element);
        }
    }
}

}  // namespace gateway::exchange
