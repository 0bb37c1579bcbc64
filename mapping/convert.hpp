#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir_models/r4/schema.hpp"
#include "mapping/plan.hpp"

namespace mapping {

/// What a source text is turned with.
struct Manner {
    Convert convert = Convert::by_type;
    Notation notation = Notation::hl7v2;
    std::string_view zone;  ///< for times that state none; empty: none is invented
};

struct Converted {
    std::string text;
    bool time_dropped = false;  ///< a time without zone cannot be said in FHIR: the day was kept
};

/// A source text as the text of an R4 primitive, in its due form.
/// Errors: nothing when it cannot be said in that type.
[[nodiscard]] std::optional<Converted> convert(std::string_view text, fhir::r4::Primitive type,
                                               const Manner& manner);

/// Whether one FHIR date or dateTime is certainly before another, as far as both are precise.
[[nodiscard]] bool is_before(std::string_view one, std::string_view other) noexcept;

}  // namespace mapping
