#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "fhir_models/base/result.hpp"
#include "gateway/net/client.hpp"
#include "gateway/net/server.hpp"

namespace gateway::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS >= 1.2 with forward secrecy. No tickets and no session cache: a resumed session would skip
/// the check of the client's certificate against today's anchors.
///
/// Errors: unusable_key; `where` = "certificate_chain_pem", "private_key_pem", "client_ca_pem".
[[nodiscard]] base::Result<TlsContext> server_context(const TlsFiles& files, ClientAuth auth);

/// The client's half. Errors: as above, and "server_ca_pem".
[[nodiscard]] base::Result<TlsContext> client_context(const ClientIdentity& identity);

/// SNI, and the name or address that the server's certificate must bear. False when OpenSSL
/// refuses the name.
[[nodiscard]] bool expect_host(SSL* ssl, const std::string& host);

/// The other end's certificate as DER, and what it sent with it as PEM; empty when there is none.
[[nodiscard]] std::string peer_certificate_der(const SSL* ssl);
[[nodiscard]] std::string peer_intermediates_pem(const SSL* ssl);

}  // namespace gateway::net
