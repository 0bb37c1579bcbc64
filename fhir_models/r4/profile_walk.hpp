#pragma once

#include <string_view>
#include <vector>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/r4/profile.hpp"

namespace fhir::r4 {

/// Profiles that are known, by their URL.
///
/// Threads:  find() from many at once.
class Profiles {
public:
    /// Errors:  malformed_value: it is derived from, or asks of a resource in it, what is neither
    ///          its type in R4 nor here yet.
    [[nodiscard]] base::Result<void> add(Profile profile);

    /// `canonical` may end in "|version"; nullptr when it is not here in that version.
    [[nodiscard]] const Profile* find(std::string_view canonical) const noexcept;

    [[nodiscard]] const std::vector<Profile>& all() const noexcept { return all_; }

private:
    std::vector<Profile> all_;
};

/// Judges a resource, and those in it, by the profiles their meta.profile names, and by `more`
/// (nullptr: none). A profile not among `known` is told as not_checked, once per place.
///
/// What base R4 says is validate()'s. Issues as there; `rule` = key of the constraint, else the URL
/// of the profile. Codes: cardinality, profile_value (fixed, pattern), wrong_type, invariant.
[[nodiscard]] base::Issues check_profiles(const Node& resource, const Profiles& known,
                                          const Profile* more = nullptr);

}  // namespace fhir::r4
