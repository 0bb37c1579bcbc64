#pragma once

#include <optional>
#include <string>

#include "fhir_models/base/result.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/key.hpp"
#include "gateway/net/client.hpp"
#include "gateway/net/server.hpp"

namespace gateway::app {

/// The anchors of a PEM file. Errors: those of read_file and TrustAnchors::from_pem.
[[nodiscard]] base::Result<crypto::TrustAnchors> read_anchors(const std::string& path);

/// An institution on the command line: what it signs with and how it is known on TLS.
struct Party {
    crypto::PrivateKey key;
    crypto::Certificate certificate;
    std::string urn;  ///< URI of its signing certificate
    std::string tls_chain_pem;
    std::string tls_key_pem;
    std::string ca_pem;

    /// TLS files default to the signing ones. Errors: malformed_config, unusable_key.
    [[nodiscard]] static base::Result<Party> load(const std::string& key,
                                                  const std::string& certificate,
                                                  const std::string& tls_key,
                                                  const std::string& tls_certificate,
                                                  const std::string& ca);

    [[nodiscard]] net::ClientIdentity client() const
    {
        return {tls_chain_pem, tls_key_pem, ca_pem};
    }
    [[nodiscard]] net::TlsFiles server() const { return {tls_chain_pem, tls_key_pem, ca_pem}; }

    /// Signs one claim set of this institution. Errors: unusable_key.
    [[nodiscard]] base::Result<std::string> sign(std::string_view typ,
                                                 std::string_view claims) const;
};

}  // namespace gateway::app
