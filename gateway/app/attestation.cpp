#include "gateway/app/attestation.hpp"

#include <spdlog/spdlog.h>

#include "gateway/app/files.hpp"

namespace gateway::app {
namespace {

void tell(std::string_view who, bool down, const base::Error& why)
{
    if (down) {
        spdlog::error("outage begins: {} does not vouch for the ledger: {}", who,
                      base::to_line(why));
    } else {
        spdlog::warn("outage ends: {} vouches for the ledger again", who);
    }
}

base::Result<std::unique_ptr<attest::Timestamper>> make_timestamper(const config::Config& config,
                                                                    const AttestationEnds& ends)
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
                               tell("the time-stamp authority", down, why);
                           }});
}

/// "name+id+key https://host:port"
attest::Cosigner cosigner_from(const std::string& text)
{
    const auto blank = text.find(' ');
    auto url = text.substr(blank + 1);
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return {text.substr(0, blank), std::move(url)};
}

base::Result<std::unique_ptr<attest::Cosigners>> make_cosigners(const config::Config& config,
                                                                const AttestationEnds& ends)
{
    if (config.witnesses.empty()) {
        return nullptr;
    }
    std::vector<attest::Cosigner> cosigners;
    for (const auto& text : config.witnesses) {
        cosigners.push_back(cosigner_from(text));
    }
    return attest::Cosigners::create(
        ends.executor,
        {.store = ends.store,
         .work = ends.work,
         .client = ends.client,
         .vkey = ends.vkey,
         .cosigners = std::move(cosigners),
         .interval = std::chrono::seconds(config.witness_interval_s),
         .alert =
             [gauge = ends.gauge](std::string_view name, bool down, const base::Error& why) {
                 gauge(name, down);
                 tell(name, down, why);
             },
         .forked = ends.forked});
}

}  // namespace

base::Result<Attestation> Attestation::create(const config::Config& config, AttestationEnds ends)
{
    auto timestamper = make_timestamper(config, ends);
    auto cosigners = make_cosigners(config, ends);
    if (!timestamper || !cosigners) {
        return base::Failure(timestamper ? cosigners.error() : timestamper.error());
    }
    Attestation made;
    made.timestamper_ = *std::move(timestamper);
    made.cosigners_ = *std::move(cosigners);
    return made;
}

void Attestation::start()
{
    if (timestamper_) {
        timestamper_->start();
    }
    if (cosigners_) {
        cosigners_->start();
    }
}

void Attestation::stop()
{
    if (timestamper_) {
        timestamper_->stop();
    }
    if (cosigners_) {
        cosigners_->stop();
    }
}

base::Result<std::unique_ptr<attest::Witness>> make_witness(const config::Config& config,
                                                            const exchange::Self& self,
                                                            const crypto::PrivateKey& ledger_key,
                                                            store::Store& store)
{
    auto witness =
        attest::Witness::create(store, ledger_key, self.ledger_origin, config.witnessed_ledgers);
    if (!witness) {
        return base::Failure(witness.error());
    }
    if (!config.witnessed_ledgers.empty()) {
        spdlog::info("witnessing {} ledgers as {}", config.witnessed_ledgers.size(),
                     witness->vkey());
    }
    return std::make_unique<attest::Witness>(*std::move(witness));
}

}  // namespace gateway::app
