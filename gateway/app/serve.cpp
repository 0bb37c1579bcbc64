#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>

#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/crypto/dev_pki.hpp"

namespace gateway::app {
namespace fs = std::filesystem;

std::optional<config::Config> load_config(const std::string& file, const std::string& data)
{
    config::Config config;
    if (!file.empty()) {
        const auto text = read_file(file);
        if (!text) {
            complain(text.error());
            return std::nullopt;
        }
        const auto folder = fs::absolute(file).parent_path().string();
        auto read = config::read_config(*text, file, folder);
        if (!read) {
            for (const auto& fault : read.error()) {
                complain(fault);
            }
            return std::nullopt;
        }
        config = *std::move(read);
    }
    if (!data.empty()) {
        config.data = data;
    }
    return config;
}

base::Result<void> use_development_pki(config::Config& config)
{
    const auto folder = config.data + "/pki";
    if (!fs::exists(folder + "/gateway/signing.pem")) {
        constexpr std::int64_t kYear = 365 * std::int64_t{86'400};
        const auto from = base::to_seconds(now()) - 3600;
        const crypto::DevPkiPlan plan{.gateway = config.name,
                                      .institutions = {},
                                      .from = base::from_seconds(from),
                                      .until = base::from_seconds(from + kYear)};
        if (auto made = crypto::write_dev_pki(folder, plan); !made) {
            return made;
        }
    }
    config.tls_certificate = folder + "/gateway/tls.pem";
    config.tls_key = folder + "/gateway/tls.key";
    config.client_ca = folder + "/ca/root.pem";
    config.trust_anchors = folder + "/ca/root.pem";
    config.signing_certificate = folder + "/gateway/signing.pem";
    config.signing_key = folder + "/gateway/signing.key";
    config.ledger_key = folder + "/gateway/ledger.key";
    return {};
}

int serve(const ServeOptions& options)
{
    spdlog::set_default_logger(spdlog::stderr_logger_mt("puente"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    auto config = load_config(options.config, options.data);
    if (!config) {
        return kRefused;
    }
    if (config->tls_certificate.empty()) {
        if (auto made = use_development_pki(*config); !made) {
            return complain(made.error());
        }
        spdlog::warn("no TLS certificate configured: development keys in {}/pki", config->data);
    }
    auto gateway = Gateway::start(*config);
    if (!gateway) {
        return complain(gateway.error());
    }
    std::printf("%s\n", (*gateway)->ready_line().c_str());
    std::fflush(stdout);
    (*gateway)->run();
    spdlog::info("stopped");
    return kDone;
}

}  // namespace gateway::app
