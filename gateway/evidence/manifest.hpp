#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace gateway::evidence {

inline constexpr std::string_view kManifestTyp = "exchange-evidence+jws";
inline constexpr std::string_view kManifestName = "manifest.jws";

/// One file of the tar as the gateway put it there.
struct ManifestFile {
    std::string name;
    std::uint64_t len = 0;
    std::string dig;
};

/// The claims of manifest.jws: every other file of the tar, in the tar's order.
/// Errors of from(): claim_mismatch, `where` = "manifest.jws files".
struct ManifestClaims {
    std::string iss;       ///< gateway URN
    std::int64_t iat = 0;  ///< the last act the tar tells of, or the certificate's start when later
    std::vector<ManifestFile> files;

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<ManifestClaims> from(const fhir::r4::Node& claims);
};

}  // namespace gateway::evidence
