#include "gateway/app/gateway.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "gateway/app/attestation.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/listeners.hpp"
#include "gateway/app/open_store.hpp"
#include "gateway/app/periodic.hpp"
#include "gateway/app/reload.hpp"
#include "gateway/app/retain.hpp"
#include "gateway/app/revocation.hpp"
#include "gateway/delivery/worker.hpp"
#include "gateway/folders/watcher.hpp"
#include "gateway/store/checkpointer.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours kRetentionEvery{24};
constexpr std::chrono::minutes kListsEvery{1};

std::size_t cores()
{
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

exchange::Line::Parts line_parts(const config::Config& config, const Loaded& loaded,
                                 const exchange::Self& self, store::Store& store,
                                 store::Committer& committer, asio::thread_pool& work,
                                 exchange::Loads& loads, const std::atomic<bool>& halted,
                                 const std::atomic<bool>& forked)
{
    return {loaded.translator, loaded.book, loaded.directory, self, store, committer, work, loads,
            config.in_flight,  &halted,     &forked};
}

/// Of its deliveries: the same certificate as its servers'.
net::ClientIdentity client_identity(const net::TlsFiles& tls, const exchange::Self& self)
{
    return {tls.certificate_chain_pem, tls.private_key_pem, tls.client_ca_pem,
            is_good_server(self)};
}

/// Declared in the order made; destroyed in reverse.
class Composition final : public Gateway {
public:
    Composition(const config::Config& config, std::unique_ptr<Loaded> loaded, exchange::Self self,
                std::unique_ptr<store::Store> store, std::unique_ptr<store::Committer> committer)
        : config_(config),
          loaded_(std::move(loaded)),
          self_(std::move(self)),
          store_(std::move(store)),
          committer_(std::move(committer)),
          io_(static_cast<int>(cores())),
          work_(cores()),
          loads_({loaded_->translator, loaded_->book, loaded_->directory, self_, *store_,
                  *committer_}),
          line_(line_parts(config_, *loaded_, self_, *store_, *committer_, work_, loads_, halted_,
                           forked_)),
          services_{
              config_, self_,    line_, *store_, *committer_, loaded_->book, loaded_->directory,
              work_,   metrics_, now},
          revocation_watch_(
              config_, self_, *committer_,
              [this](std::string_view who, bool down) { metrics_.outage(who, down); }),
          signals_(io_, SIGTERM, SIGINT, SIGHUP)
    {
    }

    ~Composition() override
    {
        work_.join();
        retention_.reset();
        revocation_.reset();
        checkpointer_.reset();
        committer_.reset();
    }

    base::Result<void> open();

    [[nodiscard]] std::string ready_line() const override;
    void run() override;

private:
    base::Result<void> attest();
    void tell_outage(std::string_view partner, bool down);
    void stop_signing(const base::Error& why);
    void wait_for_signal();
    base::Result<void> renew();
    void drain();
    void wait_until_quiet(int rounds_left);

    config::Config config_;
    std::unique_ptr<Loaded> loaded_;
    exchange::Self self_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<store::Committer> committer_;
    std::unique_ptr<store::Checkpointer> checkpointer_;
    std::unique_ptr<Periodic> retention_, revocation_;
    asio::io_context io_;
    asio::thread_pool work_;
    exchange::Loads loads_;
    std::atomic<bool> halted_ = false;  ///< the time-stamp authority has been away too long
    std::atomic<bool> forked_ = false;  ///< a witness knows another ledger of this name
    exchange::Line line_;
    api::Metrics metrics_;
    api::Services services_;
    RevocationWatch revocation_watch_;
    std::unique_ptr<net::HttpsClient> client_;
    std::unique_ptr<delivery::Worker> worker_;
    std::unique_ptr<folders::Watcher> watcher_;
    std::unique_ptr<attest::Witness> witness_;
    Attestation attestation_;
    Listeners listeners_;
    asio::signal_set signals_;
    std::atomic<bool> draining_ = false;
};

base::Result<void> Composition::open()
{
    auto checkpointer = store::Checkpointer::start(
        *store_, *committer_, loaded_->ledger_key,
        {.origin = self_.ledger_origin, .anchor_file = config_.data + "/anchor"});
    if (!checkpointer) {
        return base::Failure(checkpointer.error());
    }
    checkpointer_ = *std::move(checkpointer);
    if (auto ended = loads_.end_interrupted(); !ended) {
        return ended;
    }
    if (auto kept =
            keep_shared_documents(*loaded_, self_, self_.signing->get()->certificate, *committer_);
        !kept) {
        return kept;
    }
    auto client =
        net::HttpsClient::create(io_.get_executor(), client_identity(loaded_->tls, self_));
    if (!client) {
        return base::Failure(client.error());
    }
    client_ = *std::move(client);
    worker_ = std::make_unique<delivery::Worker>(
        io_.get_executor(),
        delivery::Worker::Parts{
            .self = self_,
            .store = *store_,
            .committer = *committer_,
            .book = loaded_->book,
            .directory = loaded_->directory,
            .translator = loaded_->translator,
            .client = *client_,
            .work = work_,
            .schedule = {config_.delivery_attempts,
                         std::int64_t{config_.delivery_first_wait_ms} * 1000,
                         std::int64_t{config_.delivery_longest_wait_s} * 1'000'000},
            .now = now,
            .count = [this](std::string_view outcome) { metrics_.delivery(outcome); },
            .alert = [this](std::string_view partner, bool down) { tell_outage(partner, down); }});
    watcher_ = std::make_unique<folders::Watcher>(
        io_.get_executor(), folders::Watcher::Parts{.line = line_,
                                                    .directory = loaded_->directory,
                                                    .work = work_,
                                                    .largest_file = config_.body_limit,
                                                    .now = now,
                                                    .count = [this](std::string_view outcome) {
                                                        metrics_.exchange("folder", outcome);
                                                    }});
    if (auto attested = attest(); !attested) {
        return attested;
    }
    auto listeners =
        Listeners::open(io_.get_executor(), config_, loaded_->tls, services_, draining_);
    if (!listeners) {
        return base::Failure(listeners.error());
    }
    listeners_ = *std::move(listeners);
    return {};
}

/// Those who vouch for the ledger, and this node for others'.
base::Result<void> Composition::attest()
{
    auto witness = make_witness(config_, self_, loaded_->ledger_key, *store_);
    if (!witness) {
        return base::Failure(witness.error());
    }
    witness_ = *std::move(witness);
    services_.witness = witness_.get();
    auto attestation = Attestation::create(
        config_, {.executor = io_.get_executor(),
                  .tls = loaded_->tls,
                  .store = *store_,
                  .work = work_,
                  .client = *client_,
                  .vkey = self_.ledger_vkey,
                  .halted = halted_,
                  .gauge = [this](std::string_view who, bool down) { metrics_.outage(who, down); },
                  .forked = [this](const base::Error& why) { stop_signing(why); }});
    if (!attestation) {
        return base::Failure(attestation.error());
    }
    attestation_ = *std::move(attestation);
    return {};
}

/// A copy of yesterday was put back, or another program writes this ledger: what is signed from now
/// on would contradict what others hold.
void Composition::stop_signing(const base::Error& why)
{
    forked_ = true;
    checkpointer_->refuse(why);
    metrics_.outage("ledger", true);
    spdlog::critical("nothing is signed any more: a witness knows another ledger of this name: {}",
                     base::to_line(why));
}

void Composition::tell_outage(std::string_view partner, bool down)
{
    metrics_.outage(partner, down);
    if (down) {
        spdlog::error("outage begins: {} takes no deliveries", partner);
    } else {
        spdlog::warn("outage ends: {} takes deliveries again", partner);
    }
}

std::string Composition::ready_line() const
{
    return "ready " + listeners_.addresses() + " env=" + config_.env +
           " ledger=" + self_.ledger_origin;
}

void Composition::wait_for_signal()
{
    signals_.async_wait([this](boost::system::error_code error, int signal) {
        if (error) {
            return;
        }
        if (signal != SIGHUP) {
            drain();
            return;
        }
        if (auto renewed = renew(); !renewed) {
            spdlog::error("reload refused: {}", base::to_line(renewed.error()));
        } else {
            spdlog::info("reloaded");
        }
        wait_for_signal();
    });
}

/// Everything that files say, anew; connections and exchanges under way finish with what they began
/// with. The signing pair is used once its certificate is kept: no evidence is ever without it.
base::Result<void> Composition::renew()
{
    const auto signing = load_signing_pair(config_);
    if (!signing) {
        return base::Failure(signing.error());
    }
    auto trust = load_trust(config_);
    if (!trust) {
        return base::Failure(trust.error());
    }
    if (auto good = may_sign(**trust, (*signing)->certificate); !good) {
        return good;
    }
    if (auto kept = keep_documents(list_documents((*trust)->lists.get()), self_, *committer_);
        !kept) {
        return kept;
    }
    if (auto reloaded = reload(config_, *loaded_); !reloaded) {
        return reloaded;
    }
    if (auto renewed = listeners_.renew(loaded_->tls); !renewed) {
        return renewed;
    }
    if (auto renewed = client_->renew(client_identity(loaded_->tls, self_)); !renewed) {
        return renewed;
    }
    const auto& certificate = (*signing)->certificate;
    if (auto kept = keep_shared_documents(*loaded_, self_, certificate, *committer_); !kept) {
        return kept;
    }
    self_.trust->replace(*std::move(trust));
    self_.signing->replace(*signing);
    revocation_watch_.refresh(now());
    return {};
}

void Composition::drain()
{
    spdlog::info("draining");
    draining_ = true;
    listeners_.stop();
    worker_->stop();
    watcher_->stop();
    attestation_.stop();
    constexpr int kRounds = 300;  // 30 s at the most
    wait_until_quiet(kRounds);
}

void Composition::wait_until_quiet(int rounds_left)
{
    const bool quiet = listeners_.quiet() && worker_->idle() && watcher_->idle();
    if (quiet || rounds_left == 0) {
        listeners_.stop_health();
        io_.stop();
        return;
    }
    const auto timer = std::make_shared<asio::steady_timer>(io_, std::chrono::milliseconds(100));
    timer->async_wait([this, timer, rounds_left](boost::system::error_code) {
        wait_until_quiet(rounds_left - 1);
    });
}

void Composition::run()
{
    wait_for_signal();
    worker_->start();
    retention_ = std::make_unique<Periodic>(kRetentionEvery, [this](const auto& stopping) {
        erase_due(*loaded_->book.get(), self_, *store_, *committer_, stopping);
    });
    if (!config_.revocation_lists.empty()) {
        revocation_ = std::make_unique<Periodic>(
            kListsEvery, [this](const auto&) { revocation_watch_.refresh(now()); });
    }
    watcher_->start();
    attestation_.start();
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < cores(); ++i) {
        others.emplace_back([this] { io_.run(); });
    }
    io_.run();
    for (auto& thread : others) {
        thread.join();
    }
}

}  // namespace

base::Result<std::unique_ptr<Gateway>> Gateway::start(const config::Config& config)
{
    std::error_code error;
    std::filesystem::create_directories(config.data, error);
    auto loaded = load(config);
    if (!loaded) {
        return base::Failure(loaded.error());
    }
    auto self = load_self(config);
    if (!self) {
        return base::Failure(self.error());
    }
    if (auto good = may_sign(*self->trust->get(), self->signing->get()->certificate); !good) {
        return base::Failure(good.error());
    }
    auto store = open_store(config);
    if (!store) {
        return base::Failure(store.error());
    }
    if (auto same = check_master_key(**store, *self); !same) {
        return base::Failure(same.error());
    }
    auto committer = store::Committer::start(**store, {});
    if (!committer) {
        return base::Failure(committer.error());
    }
    auto gateway = std::make_unique<Composition>(config, *std::move(loaded), *std::move(self),
                                                 *std::move(store), *std::move(committer));
    if (auto opened = gateway->open(); !opened) {
        return base::Failure(opened.error());
    }
    return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace gateway::app
