#pragma once

#include <string_view>

namespace fhir::r4 {

/// Whether the text of Narrative.div is well-formed XHTML inside one div of its namespace, has only
/// the elements and attributes a narrative may have (no scripts, forms, events, frames, links to
/// style sheets) and says or shows something.
///
/// Source:  R4 narrative.html; constraints txt-1 and txt-2.
[[nodiscard]] bool is_narrative(std::string_view xhtml);

}  // namespace fhir::r4
