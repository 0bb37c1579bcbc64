#include "fhir_models/r4/local_references.hpp"

#include <algorithm>

namespace fhir::r4 {

bool LazySet::has(std::string_view text)
{
    if (!sorted_) {
        sorted_.emplace();
        if (items_ != nullptr) {
            for (const auto& item : *items_) {
                sorted_->push_back(item.text_of(key_));
            }
        }
        std::ranges::sort(*sorted_);
    }
    return std::ranges::binary_search(*sorted_, text);
}

LocalScope scope_of(const Node& resource, const LocalScope* around)
{
    const LazySet contained(resource.find("contained"), "id");
    return around == nullptr ? LocalScope{contained}
                             : LocalScope{contained, around->full_urls, around->whole_bundle};
}

bool must_be_whole(const Node& bundle)
{
    const auto type = bundle.text_of("type");
    return type != "searchset" && type != "history" && type != "transaction-response" &&
           type != "batch-response";
}

bool resolves(std::string_view reference, LocalScope& scope)
{
    if (reference.starts_with('#')) {
        return reference.size() == 1 || scope.contained.has(reference.substr(1));
    }
    const bool urn = reference.starts_with("urn:uuid:") || reference.starts_with("urn:oid:");
    return !urn || scope.full_urls == nullptr || !scope.whole_bundle ||
           scope.full_urls->has(reference);
}

}  // namespace fhir::r4
