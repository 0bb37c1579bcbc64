#pragma once

#include <string>
#include <vector>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/crypto/authority.hpp"

namespace gateway::crypto {

/// A private key (PKCS#8 PEM, not encrypted) and its certificate (PEM).
struct Credential {
    std::string key;
    std::string certificate;
};

struct DevInstitution {
    std::string name;
    std::string urn;     ///< institution_urn(name): the URI of both certificates
    Credential tls;      ///< P-256; client of the gateway and server of deliveries on localhost
    Credential signing;  ///< RSA-2048: RS256 and PS256, as an e.firma signs
};

/// Everything a gateway and its partners need on one machine. Thrown away after use: production
/// keys are made where they stay (certs/README.md).
struct DevPki {
    Credential root;             ///< P-256 authority; its certificate is the trust anchor
    Credential gateway_tls;      ///< P-256; server on localhost and client of deliveries
    Credential gateway_signing;  ///< P-256: ES256; URI = the gateway's URN
    std::string ledger_key;      ///< Ed25519, PEM
    std::vector<DevInstitution> institutions;
};

struct DevPkiPlan {
    std::string gateway;                    ///< URN: "urn:puente:gateway:demo"
    std::vector<std::string> institutions;  ///< names: a-z, 0-9 and '-', at most 63
    base::Instant from;
    base::Instant until;
};

/// "urn:puente:institution:" + name.
[[nodiscard]] std::string institution_urn(const std::string& name);

/// The profiles of certs/README.md; `names` are OpenSSL's ("DNS:hospital.example"), or empty.
[[nodiscard]] std::vector<Extension> tls_profile(const std::string& urn, const std::string& names);
[[nodiscard]] std::vector<Extension> signing_profile(const std::string& urn);

/// Errors: wrong_usage when a name or URN is not well formed; unusable_key.
[[nodiscard]] base::Result<DevPki> make_dev_pki(const DevPkiPlan& plan);

/// Makes one and writes it, keys with mode 0600:
///
///     ca/root.pem                 the trust anchor          ca/root.key
///     gateway/tls.pem .key        gateway/signing.pem .key  gateway/ledger.key
///     institutions/NAME/tls.pem .key                        institutions/NAME/signing.pem .key
///
/// Errors: those of make_dev_pki; wrong_usage when a file of it exists (none is overwritten).
[[nodiscard]] base::Result<void> write_dev_pki(const std::string& folder, const DevPkiPlan& plan);

}  // namespace gateway::crypto
