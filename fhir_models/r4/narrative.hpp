#pragma once

#include <cstdint>
#include <string_view>

namespace fhir::r4 {

enum class Narrative : std::uint8_t {
    good,
    empty,      ///< says and shows nothing (txt-2)
    forbidden,  ///< not well-formed, not one div of XHTML, or with what a narrative may not have
};

/// Judges the text of Narrative.div: only the elements and attributes of plain text, tables, lists,
/// links and images; no scripts, forms, events, frames or style sheets.
///
/// Source:  R4 narrative.html; constraints txt-1 and txt-2.
[[nodiscard]] Narrative judge_narrative(std::string_view xhtml);

}  // namespace fhir::r4
