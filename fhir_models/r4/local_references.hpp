#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"

namespace fhir::r4 {

/// A set of texts inside a resource, gathered when it is first asked: most resources never ask.
///
/// Owns:  nothing; lives while the tree does.
class LazySet {
public:
    /// The text at `key` of each object in the array `items` (nullptr: none).
    LazySet(const Node* items, std::string_view key) : items_(items), key_(key) {}

    [[nodiscard]] bool has(std::string_view text);

private:
    const Node* items_;
    std::string_view key_;
    std::optional<std::vector<std::string_view>> sorted_;
};

/// What a reference may name inside the document it stands in.
struct LocalScope {
    LazySet contained;             ///< ids of the contained resources
    LazySet* full_urls = nullptr;  ///< of the nearest Bundle around; nullptr outside of one
    bool whole_bundle = false;     ///< that Bundle must hold every urn: that it names
};

/// The scope of a resource that is not contained, standing in `around` (nullptr at the top).
[[nodiscard]] LocalScope scope_of(const Node& resource, const LocalScope* around);

/// Whether a Bundle must hold what its references name by urn: (a page of results need not).
[[nodiscard]] bool must_be_whole(const Node& bundle);

/// False when `reference` names something that must be in the scope and is not.
[[nodiscard]] bool resolves(std::string_view reference, LocalScope& scope);

}  // namespace fhir::r4
