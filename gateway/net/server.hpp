#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/net/http.hpp"

namespace gateway::net {

enum class ClientAuth : std::uint8_t { required, optional };

/// What a TLS end needs, as PEM texts.
struct TlsFiles {
    std::string certificate_chain_pem;
    std::string private_key_pem;
    std::string client_ca_pem;  ///< who may present a client certificate
};

struct ServerLimits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t connections = 1024;
    std::chrono::seconds header_timeout{15};
    std::chrono::seconds idle_timeout{60};
    std::chrono::seconds request_timeout{120};  ///< whole body, and the answer written
    std::chrono::seconds handshake_timeout{10};
};

/// How large a body may be, asked when only the header was read; 0 refuses it with 413.
using BodyLimit = std::function<std::size_t(std::string_view method, std::string_view path)>;

/// A listener that can be stopped: no new connections, requests under way finish, idle ones close.
class Server {
public:
    virtual ~Server() = default;
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    /// Replaces the certificate and key for new connections. Errors: unusable_key; the old ones
    /// stay.
    virtual base::Result<void> reload(const TlsFiles& files) = 0;
    virtual void stop() = 0;
    /// Connections still open.
    [[nodiscard]] virtual std::size_t open() const noexcept = 0;
};

/// HTTPS/1.1 over TLS >= 1.2. Port 0 takes a free one. Errors: malformed_config (address, TLS
/// files).
[[nodiscard]] base::Result<std::unique_ptr<Server>> serve_https(
    boost::asio::any_io_executor executor, const std::string& address, std::uint16_t port,
    const TlsFiles& files, ClientAuth auth, ServerLimits limits, BodyLimit body_limit,
    Handler handler);

/// Plain HTTP, loopback addresses only: health and metrics.
[[nodiscard]] base::Result<std::unique_ptr<Server>> serve_loopback(
    boost::asio::any_io_executor executor, std::uint16_t port, ServerLimits limits,
    Handler handler);

/// Answers one MLLP frame (bytes between VT and FS CR); the result goes back framed.
using MllpHandler =
    std::function<boost::asio::awaitable<std::string>(std::string message, Peer peer)>;

struct MllpLimits {
    std::size_t frame_bytes = std::size_t{16} << 20U;
    std::size_t connections = 256;
    std::chrono::seconds idle_timeout{600};
    std::chrono::seconds frame_timeout{30};  ///< from its first byte to its end
};

/// MLLP; over TLS with client certificates when `files` is given, else loopback addresses only.
/// Frames of one connection are answered in order. `<FS><CR>`, `<FS><CR><LF>`, split and pipelined
/// frames are taken; bytes outside frames are skipped.
[[nodiscard]] base::Result<std::unique_ptr<Server>> serve_mllp(
    boost::asio::any_io_executor executor, const std::string& address, std::uint16_t port,
    const TlsFiles* files, MllpLimits limits, MllpHandler handler);

}  // namespace gateway::net
