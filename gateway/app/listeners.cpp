#include "gateway/app/listeners.hpp"

#include "gateway/api/hl7v2.hpp"
#include "gateway/api/router.hpp"

namespace gateway::app {

base::Result<Listeners> Listeners::open(const boost::asio::any_io_executor& executor,
                                        const config::Config& config, const net::TlsFiles& tls,
                                        api::Services& services, const std::atomic<bool>& draining)
{
    const auto limit = [&config](std::string_view method, std::string_view path) {
        return api::body_limit(config, method, path);
    };
    auto institutions =
        net::serve_https(executor, config.address, config.exchange_port, tls,
                         net::ClientAuth::required, {}, limit, api::router(services));
    if (!institutions) {
        return base::Failure(institutions.error());
    }
    auto people = net::serve_https(executor, config.address, config.people_port, tls,
                                   net::ClientAuth::optional, {}, limit, api::router(services));
    if (!people) {
        return base::Failure(people.error());
    }
    auto health =
        net::serve_loopback(executor, config.health_port, {}, api::health(services, draining));
    if (!health) {
        return base::Failure(health.error());
    }
    auto mllp = net::serve_mllp(executor, config.mllp_address, config.mllp_port,
                                config.mllp_tls ? &tls : nullptr, {}, api::mllp(services));
    if (!mllp) {
        return base::Failure(mllp.error());
    }
    Listeners made;
    made.config_ = &config;
    made.institutions_ = *std::move(institutions);
    made.people_ = *std::move(people);
    made.health_ = *std::move(health);
    made.mllp_ = *std::move(mllp);
    return made;
}

std::string Listeners::addresses() const
{
    const auto url = [](std::string_view scheme, const std::string& address,
                        const net::Server& server) {
        return std::string(scheme) + "://" + address + ":" + std::to_string(server.port());
    };
    return "exchanges=" + url("https", config_->address, *institutions_) +
           " people=" + url("https", config_->address, *people_) +
           " mllp=" + url("mllp", config_->mllp_address, *mllp_) +
           " health=" + url("http", "127.0.0.1", *health_);
}

base::Result<void> Listeners::renew(const net::TlsFiles& tls)
{
    for (auto* server : {institutions_.get(), people_.get(), mllp_.get()}) {
        const bool plain = server == mllp_.get() && !config_->mllp_tls;
        if (auto renewed = plain ? base::Result<void>() : server->reload(tls); !renewed) {
            return renewed;
        }
    }
    return {};
}

void Listeners::stop()
{
    for (auto* server : {institutions_.get(), people_.get(), mllp_.get()}) {
        server->stop();
    }
}

void Listeners::stop_health()
{
    health_->stop();
}

bool Listeners::quiet() const
{
    return institutions_->open() == 0 && people_->open() == 0 && mllp_->open() == 0;
}

}  // namespace gateway::app
