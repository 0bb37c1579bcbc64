#include "gateway/app/timestamps.hpp"

#include <spdlog/spdlog.h>

#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

void tell(bool down, const base::Error& why)
{
    if (down) {
        spdlog::error("outage begins: the time-stamp authority gives no token: {}",
                      base::to_line(why));
    } else {
        spdlog::warn("outage ends: the time-stamp authority gives tokens again");
    }
}

}  // namespace

base::Result<std::unique_ptr<attest::Timestamper>> make_timestamper(const config::Config& config,
                                                                    TimestampEnds ends)
{
    if (config.timestamp_url.empty()) {
        return nullptr;
    }
    const auto pem = read_file(config.timestamp_anchors);
    if (!pem) {
        return base::Failure(pem.error());
    }
    auto anchors = crypto::TrustAnchors::from_pem(*pem);
    auto client = net::HttpsClient::create(
        ends.executor, {ends.tls.certificate_chain_pem, ends.tls.private_key_pem, *pem},
        net::PlainHttp::taken);
    if (!anchors || !client) {
        return base::Failure(anchors ? client.error() : anchors.error());
    }
    return std::make_unique<attest::Timestamper>(
        ends.executor, attest::Timestamper::Parts{
                           .store = ends.store,
                           .work = ends.work,
                           .client = *std::move(client),
                           .anchors = *std::move(anchors),
                           .vkey = ends.vkey,
                           .url = config.timestamp_url,
                           .policy = config.timestamp_policy,
                           .interval = std::chrono::seconds(config.timestamp_interval_s),
                           .stop_after = std::chrono::seconds(config.timestamp_stop_after_s),
                           .halted = ends.halted,
                           .alert = [gauge = ends.gauge](bool down, const base::Error& why) {
                               gauge("timestamp-authority", down);
                               tell(down, why);
                           }});
}

}  // namespace gateway::app
