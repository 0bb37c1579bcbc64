#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "mapping/plan.hpp"
#include "mapping/source.hpp"

namespace mapping {

/// One use of one leaf: by which rule, for which element.
struct Mark {
    const fhir::r4::Node* target = nullptr;  ///< nullptr: the leaf was ignored
    const Rule* rule = nullptr;              ///< nullptr: a row of a structure
    const Placement* placement = nullptr;
    std::uint32_t leaf = 0;
};

/// What lineage() is made of: leaves without the bytes, and the marks.
///
/// Owns:  the plan (shared), leaves and segments; nodes stay the Document's.
class Trace {
public:
    std::shared_ptr<const Plan> plan;
    SourceTree source;  ///< `bytes` is empty
    std::vector<Mark> marks;
    /// Duplicates that were dropped, and the node that stands for each.
    std::vector<std::pair<const fhir::r4::Node*, const fhir::r4::Node*>> same;
};

}  // namespace mapping
