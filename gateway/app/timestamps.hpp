#pragma once

#include <memory>

#include "gateway/attest/timestamper.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/server.hpp"

namespace gateway::app {

/// What the configuration does not say of a time-stamper.
struct TimestampEnds {
    boost::asio::any_io_executor executor;
    const net::TlsFiles& tls;
    store::Store& store;
    boost::asio::thread_pool& work;
    const std::string& vkey;
    std::atomic<bool>& halted;
    std::function<void(std::string_view partner, bool down)> gauge;
};

/// A time-stamper as configured; null when no authority is. It logs each outage's start and end.
/// Errors: malformed_config, unusable_key.
[[nodiscard]] base::Result<std::unique_ptr<attest::Timestamper>> make_timestamper(
    const config::Config& config, TimestampEnds ends);

}  // namespace gateway::app
