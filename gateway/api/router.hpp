#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/api/services.hpp"
#include "gateway/net/http.hpp"

namespace gateway::api {

/// What a handler is given: the request, who sent it (nullptr without an institution's certificate)
/// and the parts of the path that its pattern left open.
struct Call {
    Services& services;
    const net::Request& request;
    std::shared_ptr<const exchange::Directory> directory;  ///< keeps `caller` alive
    const exchange::Member* caller = nullptr;
    std::vector<std::string_view> open;  ///< "{}" parts, in order; a last "*" takes the rest
};

using Endpoint = boost::asio::awaitable<net::Response> (*)(Call call);

enum class Access : std::uint8_t { anyone, institution };

/// One row of the route table.
struct Path {
    std::string_view method;
    std::string_view pattern;  ///< "/exchanges/{}/evidence"
    Access access;
    Endpoint endpoint;
};

/// All paths of the exchange and people listeners.
[[nodiscard]] std::span<const Path> paths() noexcept;

/// The institution that a connection's certificate speaks for, while that certificate is good.
/// Errors: unknown_institution, untrusted_certificate; authority_silent when no revocation list
/// tells.
[[nodiscard]] base::Result<const exchange::Member*> caller_of(const Services& services,
                                                              const exchange::Directory& directory,
                                                              const net::Peer& peer);

/// The handler of a listener: finds the row, knows the caller, answers errors in the form of the
/// path (OperationOutcome under /fhir, problem+json elsewhere).
[[nodiscard]] net::Handler router(Services& services);

/// Health and metrics, for the loopback listener.
[[nodiscard]] net::Handler health(Services& services, const std::atomic<bool>& draining);

/// How large a body the path may take.
[[nodiscard]] std::size_t body_limit(const config::Config& config, std::string_view method,
                                     std::string_view path);

/// An error in the form of the path it happened on.
[[nodiscard]] net::Response refuse(const net::Request& request, const base::Error& error);

}  // namespace gateway::api
