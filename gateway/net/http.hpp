#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::net {

/// The other end of a connection.
struct Peer {
    std::string address;           ///< "127.0.0.1"
    std::uint16_t local_port = 0;  ///< the listener it came in by
    std::string certificate_der;   ///< its TLS client certificate, or empty
    std::string intermediates_pem;
};

using Headers = std::vector<std::pair<std::string, std::string>>;  ///< names in lower case

/// A request that passed the strict reading of its header: one Host, one Content-Length or chunked
/// alone, no trailers, no header of ours twice.
struct Request {
    std::string method;
    std::string path;   ///< decoded once, "/exchanges/019…"; no dot segments
    std::string query;  ///< raw, without '?'; never logged
    Headers headers;
    std::string body;
    Peer peer;
    std::string trace_id;

    /// Empty when absent. `name` in lower case.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    bool close = false;
};

using Handler = std::function<boost::asio::awaitable<Response>(Request request)>;

}  // namespace gateway::net
