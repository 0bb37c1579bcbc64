#include "fhir_models/national/profiles.hpp"

#include <stdexcept>

namespace fhir::national {
namespace {

/// They are part of the program: one that does not compile is a fault of the house.
r4::Profiles compiled()
{
    r4::Profiles all;
    for (const auto definition : profile_definitions()) {
        auto profile = r4::Profile::compile(definition);
        if (!profile) {
            throw std::logic_error(base::to_line(profile.error()));
        }
        if (const auto added = all.add(*std::move(profile)); !added) {
            throw std::logic_error(base::to_line(added.error()));
        }
    }
    return all;
}

}  // namespace

const r4::Profiles& profiles()
{
    static const auto kProfiles = compiled();
    return kProfiles;
}

}  // namespace fhir::national
