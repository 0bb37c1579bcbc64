#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fhir_models/base/result.hpp"
#include "gateway/config/config.hpp"

namespace gateway::app {

/// The running gateway: every room made in order, from the store up to the listeners, and undone in
/// reverse.
///
/// Threads:  owns them all; run() lends the caller's until stopped.
class Gateway {
public:
    /// Makes and starts everything. Errors: malformed_config, unusable_key, store_failed,
    /// ledger_inconsistent; nothing listens then.
    [[nodiscard]] static base::Result<std::unique_ptr<Gateway>> start(const config::Config& config);
    virtual ~Gateway() = default;

    /// "ready exchanges=https://127.0.0.1:8443 people=… mllp=… health=… ledger=…"
    [[nodiscard]] virtual std::string ready_line() const = 0;

    /// Until SIGTERM or SIGINT: then no new work, what is under way finishes, and it returns.
    /// SIGHUP reloads agreements, certificates and institutions; a bad file keeps the old ones.
    virtual void run() = 0;
};

/// The configuration of FILE, or the embedded default; `data` when it is not empty. Tells every
/// fault of the file on stderr, and gives nothing then.
[[nodiscard]] std::optional<config::Config> load_config(const std::string& file,
                                                        const std::string& data);

/// A gateway's development keys in `config.data`/pki for `serve` without a configuration.
/// Errors: unusable_key.
[[nodiscard]] base::Result<void> use_development_pki(config::Config& config);

}  // namespace gateway::app
