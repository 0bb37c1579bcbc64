#pragma once

#include <string>

#include "gateway/net/client.hpp"
#include "gateway/net/server.hpp"

/// A throw-away PKI of the tests, made once per run.
namespace pki {

/// A certificate and its key, PEM.
struct Pair {
    std::string certificate;
    std::string key;
};

[[nodiscard]] const std::string& ca();
[[nodiscard]] const Pair& server();     ///< for localhost and 127.0.0.1
[[nodiscard]] const Pair& elsewhere();  ///< a server for elsewhere.example
[[nodiscard]] const Pair& hospital();   ///< a client of our CA
[[nodiscard]] const Pair& stranger();   ///< a client of another CA
[[nodiscard]] const Pair& expired();    ///< a client of our CA whose time is over

[[nodiscard]] gateway::net::TlsFiles server_files(const Pair& pair = server());
[[nodiscard]] gateway::net::ClientIdentity client_identity(const Pair& pair = hospital());

}  // namespace pki
