#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tests/gateway/net/pki.hpp"

/// A blocking client that sends whatever bytes it is told to, over TLS or plain. Waits at most
/// `patience` seconds for bytes; its destructor closes.
class RawClient {
public:
    /// Throws std::runtime_error when the connection or the handshake fails. `who` null: no
    /// certificate.
    static RawClient tls(std::uint16_t port, const pki::Pair* who = &pki::hospital(),
                         int newest = 0);  ///< TLS version, as OpenSSL numbers them; 0: any
    static RawClient plain(std::uint16_t port);
    RawClient(RawClient&&) noexcept;
    RawClient& operator=(RawClient&&) noexcept;
    ~RawClient();

    void send(std::string_view bytes);
    /// One response, head and body by its Content-Length; what came before the end if it ended.
    std::string response(bool to_head = false);
    /// Exactly `size` bytes, or fewer when the other end closed.
    std::string read(std::size_t size);
    /// The server closed, cleanly or not: nothing more can be read.
    bool closed();
    [[nodiscard]] const char* protocol() const;

private:
    struct State;
    explicit RawClient(std::unique_ptr<State> state);
    std::string more();
    std::unique_ptr<State> state_;
    std::string input_;
};

/// Like RawClient::tls, but tells whether the server let us in: the handshake and one request.
bool is_admitted(std::uint16_t port, const pki::Pair* who);
