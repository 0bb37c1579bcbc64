#pragma once

#include <optional>
#include <string_view>

#include "fhir_models/base/time.hpp"

namespace mapping::rules {

/// Ages between two bounds, each in completed units of its own.
///
/// Shape:   "009A-059A": nine years or more, and not yet sixty; "-004A": not yet five; "016M-004A".
///          A years, M months, D days, H hours (whole days of them); "!" before: outside.
/// Source:  the columns LINF and LSUP of the DGIS catalogue of diagnoses, whose notation it is.
class AgeRange {
public:
    /// Errors: nothing when the text is none.
    [[nodiscard]] static std::optional<AgeRange> parse(std::string_view text);

    [[nodiscard]] bool contains(base::Date birth, base::Date on) const noexcept;

private:
    struct Bound {
        int number = 0;
        char unit = 'A';
    };

    std::optional<Bound> least_;
    std::optional<Bound> most_;
    bool outside_ = false;

    [[nodiscard]] static std::optional<Bound> parse_bound(std::string_view text);
    [[nodiscard]] static int completed(char unit, base::Date birth, base::Date on) noexcept;
};

}  // namespace mapping::rules
