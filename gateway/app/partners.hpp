#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"
#include "gateway/config/config.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"

namespace gateway::app {

/// An institution that was invited, enrolled, homologated and promoted, as its folder says:
///
///     partners/NAME/invitation.json      who is invited to this gateway, by `partner invite`
///     partners/NAME/tls.pem signing.pem  its certificates, by `partner enrol`
///     partners/NAME/partner.toml         its [[institution]] and [[route]]s, by the same
///     partners/NAME/homologation.json    the report of the test world, by `partner homologate`
///     partners/NAME/promotion.jws .pem   the signed act, by `partner promote`
struct Partner {
    config::Institution institution;
    std::vector<config::Route> routes;
};

inline constexpr std::string_view kPromotionTyp = "partner-promotion+jws";
inline constexpr std::string_view kReportFormat = "puente.homologation/1";

/// "partners/NAME" of this gateway. Errors: wrong_usage when NAME is not a-z, 0-9 and '-'.
[[nodiscard]] base::Result<std::string> partner_folder(const config::Config& config,
                                                       const std::string& name);

/// What `enrol` wrote. Errors: malformed_config, also when it names other certificates than its
/// folder's.
[[nodiscard]] base::Result<Partner> read_partner(const std::string& folder);

/// All that this gateway speaks with: in production only those whose promotion is right; who is
/// left out is logged. Errors: malformed_config of a partner.toml.
[[nodiscard]] base::Result<std::vector<Partner>> accepted_partners(const config::Config& config);

/// The act over the exact bytes of the folder's files: JWS of {iss, iat, env, institution, files}.
/// Errors: malformed_config when a file is missing; unusable_key.
[[nodiscard]] base::Result<std::string> sign_promotion(const std::string& folder,
                                                       const std::string& institution,
                                                       const crypto::PrivateKey& key,
                                                       const crypto::Certificate& certificate,
                                                       base::Instant now);

/// Signed by an administrator that the gateway's own configuration names and its anchors trust,
/// over these very files, for this world.
/// Errors: malformed_config, malformed_jws, bad_signature, claim_mismatch, digest_mismatch,
/// untrusted_certificate.
[[nodiscard]] base::Result<void> check_promotion(const std::string& folder,
                                                 const std::string& institution,
                                                 const config::Config& config);

/// A report that lets its institution go on: of this institution, of the test world, and passed.
/// Errors: malformed_json, claim_mismatch.
[[nodiscard]] base::Result<void> check_report(std::string_view report,
                                              std::string_view institution);

}  // namespace gateway::app
