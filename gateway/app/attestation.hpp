#pragma once

#include <memory>

#include "gateway/attest/cosigners.hpp"
#include "gateway/attest/timestamper.hpp"
#include "gateway/attest/witness.hpp"
#include "gateway/config/config.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/net/server.hpp"

namespace gateway::app {

/// What the configuration does not say of those who vouch for the ledger.
struct AttestationEnds {
    boost::asio::any_io_executor executor;
    const net::TlsFiles& tls;
    store::Store& store;
    boost::asio::thread_pool& work;
    net::HttpsClient& client;  ///< to other nodes
    const std::string& vkey;
    std::atomic<bool>& halted;
    std::function<void(std::string_view partner, bool down)> gauge;
    std::function<void(const base::Error& why)> forked;
};

/// Those who vouch for this node's ledger, as configured. Each outage's start and end is logged.
class Attestation {
public:
    /// Errors: malformed_config, unusable_key.
    [[nodiscard]] static base::Result<Attestation> create(const config::Config& config,
                                                          AttestationEnds ends);
    void start();
    void stop();

private:
    std::unique_ptr<attest::Timestamper> timestamper_;  ///< null: no authority is asked
    std::unique_ptr<attest::Cosigners> cosigners_;      ///< null: no witness is asked
};

/// This node as a witness of the ledgers that are configured: its ledger's key under its ledger's
/// name. Errors: unusable_key.
[[nodiscard]] base::Result<std::unique_ptr<attest::Witness>> make_witness(
    const config::Config& config, const exchange::Self& self, const crypto::PrivateKey& ledger_key,
    store::Store& store);

}  // namespace gateway::app
