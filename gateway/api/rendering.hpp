#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/time.hpp"
#include "fhir_models/r4/node.hpp"

namespace gateway::api {

/// What a server adds to a resource of a record.
struct Version {
    std::string_view sender;  ///< URN: meta.source
    std::string id;           ///< meta.versionId
    base::Instant updated;    ///< meta.lastUpdated
};

/// Makes the resources of a kept Bundle what a FHIR client reads: ids as served, meta of the
/// version, references within the Bundle as Type/id. Pure.
void serve_bundle(fhir::r4::Document& bundle, const Version& version);

}  // namespace gateway::api
