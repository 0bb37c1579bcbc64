#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "fhir_models/base/result.hpp"
#include "gateway/net/http.hpp"
#include "gateway/net/url.hpp"

namespace gateway::net {

/// A client's certificate and whom it trusts, as PEM texts.
struct ClientIdentity {
    std::string certificate_chain_pem;
    std::string private_key_pem;
    std::string server_ca_pem;
    /// Asked of the server's certificate before each request, whatever the handshake found; empty:
    /// nothing more is asked. From any thread.
    std::function<base::Result<void>(const Peer& server)> is_good = {};
};

struct ClientAnswer {
    Response response;
    std::string server_certificate_der;  ///< for the completion of receivers that cannot sign
};

/// HTTPS with mutual TLS; keeps connections per host and uses them again. Host names are verified.
///
/// Threads: any.  Errors: partner_unreachable; `where` = "connect", "handshake", "write", "read";
/// those of is_good, and nothing of the request was written.
class HttpsClient {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<HttpsClient>> create(
        boost::asio::any_io_executor executor, const ClientIdentity& identity,
        PlainHttp plain = PlainHttp::refused);
    virtual ~HttpsClient() = default;

    /// `url` is https://host[:port]/path[?query]. Sends once; a kept connection found closed is
    /// replaced before anything of the request was written.
    virtual boost::asio::awaitable<base::Result<ClientAnswer>> send(
        std::string method, std::string url, Headers headers, std::string body,
        std::chrono::seconds timeout) = 0;

    /// One HL7 v2 message over MLLP on a connection of its own: `url` is mllps://host:port, or
    /// mllp://host:port for this machine alone. The answer's body is the ACK.
    virtual boost::asio::awaitable<base::Result<ClientAnswer>> send_mllp(
        std::string url, std::string message, std::chrono::seconds timeout) = 0;

    /// From now on new connections are made with this; those that are kept are dropped. Errors:
    /// unusable_key; nothing changed.
    virtual base::Result<void> renew(const ClientIdentity& identity) = 0;
};

/// One MLLP round trip on a new connection (the tests' and `send`'s client).
[[nodiscard]] boost::asio::awaitable<base::Result<std::string>> send_mllp(
    boost::asio::any_io_executor executor, std::string host, std::uint16_t port,
    std::string message, std::chrono::seconds timeout);

}  // namespace gateway::net
