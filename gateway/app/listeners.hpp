#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "gateway/api/services.hpp"
#include "gateway/net/server.hpp"

namespace gateway::app {

/// The doors: one for institutions (mutual TLS), one for people, MLLP, and health on loopback.
class Listeners {
public:
    /// What is referred to outlives it. Errors: those of the first that cannot listen.
    [[nodiscard]] static base::Result<Listeners> open(const boost::asio::any_io_executor& executor,
                                                      const config::Config& config,
                                                      const net::TlsFiles& tls,
                                                      api::Services& services,
                                                      const std::atomic<bool>& draining);

    /// "exchanges=https://… people=… mllp=… health=…"
    [[nodiscard]] std::string addresses() const;
    /// From now on connections are made with these. Errors: unusable_key.
    [[nodiscard]] base::Result<void> renew(const net::TlsFiles& tls);
    void stop();  ///< all but health
    void stop_health();
    [[nodiscard]] bool quiet() const;  ///< no connection but health's is open

private:
    const config::Config* config_ = nullptr;
    std::unique_ptr<net::Server> institutions_, people_, health_, mllp_;
};

}  // namespace gateway::app
