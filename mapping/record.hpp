#pragma once

#include <memory>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "mapping/plan.hpp"
#include "mapping/source.hpp"
#include "mapping/translate.hpp"

namespace mapping {

/// Maps one record whose profile is known.
/// `record`: its bytes, `zone`: for times that state none.
void map_record(const std::shared_ptr<const Plan>& plan, const Profile& profile, SourceTree source,
                std::string_view record, std::string_view zone, Translation& translation);

/// A record of which nothing is made: all its leaves are reported by one issue.
void refuse(SourceTree source, base::Issue why, Translation& translation);

}  // namespace mapping
