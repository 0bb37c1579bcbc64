#include "gateway/api/reply.hpp"
#include "gateway/api/router.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::api {

net::Handler health(Services& services, const std::atomic<bool>& draining)
{
    return [&services, &draining](net::Request request) -> boost::asio::awaitable<net::Response> {
        if (request.path == "/healthz") {
            co_return reply(200, "text/plain", "ok\n");
        }
        auto ask = [&services] { return services.store.outbox_size(); };
        const auto outbox = co_await runtime::offload(services.work, std::move(ask));
        if (request.path == "/readyz") {
            const bool ready = outbox && !draining;
            co_return reply(ready ? 200 : 503, "text/plain", ready ? "ready\n" : "not ready\n");
        }
        if (request.path == "/metrics" && outbox) {
            co_return reply(200, "text/plain; version=0.0.4",
                            services.metrics.page(*outbox, services.committer.head().size));
        }
        const auto error =
            base::fail(base::Errc::not_found, "path",
                       {"/healthz, /readyz o /metrics", "/healthz, /readyz or /metrics"});
        co_return refuse(request, error.value());
    };
}

}  // namespace gateway::api
