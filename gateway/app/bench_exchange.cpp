#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/app/bench_stages.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/local_world.hpp"
#include "gateway/app/receiving_end.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr unsigned kExpectedPerSecond =
    4000;  ///< requests signed before the window, per second of it
constexpr std::chrono::seconds kWait{30};

/// Everything the clients share; one strand-less io_context on one thread, so no locks.
struct Window {
    std::vector<SignedRequest> requests;
    std::size_t next = 0;
    std::string url;
    Clock::time_point end;
    std::vector<double> milliseconds;
    std::size_t refused = 0;
    std::size_t clients = 0;  ///< still at work
};

asio::awaitable<void> client(net::HttpsClient& https, Window& window)
{
    while (Clock::now() < window.end && window.next < window.requests.size()) {
        auto& request = window.requests[window.next++];
        const auto begin = Clock::now();
        auto answer = co_await https.send("POST", window.url, std::move(request.headers),
                                          std::move(request.body), kWait);
        const auto took = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
        if (answer && answer->response.status == 201) {
            window.milliseconds.push_back(took);
        } else if (window.refused++ == 0) {
            std::fprintf(stderr, "first refusal: %s\n",
                         answer ? answer->response.body.substr(0, 300).c_str()
                                : base::to_line(answer.error()).c_str());
        }
    }
}

std::vector<SignedRequest> sign_all(const LocalWorld& world, std::size_t count)
{
    std::vector<SignedRequest> requests(count);
    std::vector<std::thread> threads;
    const auto workers = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned w = 0; w < workers; ++w) {
        threads.emplace_back([&, w] {
            for (std::size_t i = w; i < count; i += workers) {
                auto request = sign_request(world.sender(), world.terms(), invented_adt(i), now());
                if (request) {
                    requests[i] = *std::move(request);
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    return requests;
}

double percentile(std::vector<double>& sorted, double share)
{
    return sorted.empty()
               ? 0
               : sorted[std::min(
                     sorted.size() - 1,
                     static_cast<std::size_t>(static_cast<double>(sorted.size()) * share))];
}

void run_window(Window& window, const LocalWorld& world, const BenchOptions& options)
{
    asio::io_context io;
    std::vector<std::unique_ptr<net::HttpsClient>> clients;  // one connection each, kept
    for (unsigned i = 0; i < options.connections; ++i) {
        auto https = net::HttpsClient::create(io.get_executor(), world.sender().client());
        if (!https) {
            complain(https.error());
            return;
        }
        clients.push_back(*std::move(https));
        ++window.clients;
        asio::co_spawn(io, client(*clients.back(), window),
                       [&window, &io](const std::exception_ptr&) {
                           if (--window.clients == 0) {
                               io.stop();  // kept connections would hold it
                           }
                       });
    }
    io.run();
}

}  // namespace

int bench_exchange(const BenchOptions& options)
{
    const ScratchFolder scratch;
    const ScratchFolder received(ScratchFolder::Where::memory);
    if (const auto made = make_local_pki(scratch.path()); !made) {
        return complain(made.error());
    }
    auto receiver = local_party(scratch.path(), kReceiverName);
    auto gateway = crypto::Certificate::from_file(scratch.path() + "/pki/gateway/signing.pem");
    if (!receiver || !gateway) {
        return complain(receiver ? gateway.error() : receiver.error());
    }
    ReceivingEnd receiving;
    const auto port = receiving.start(*std::move(receiver), {*gateway}, received.path());
    if (!port) {
        return complain(port.error());
    }
    const auto world = LocalWorld::make(*port, scratch.path());
    if (!world) {
        return complain(world.error());
    }
    Window window;
    window.requests = sign_all(**world, std::size_t{kExpectedPerSecond} * options.seconds);
    window.url = (*world)->terms().url + "/exchanges";
    const auto gateway_pid = std::to_string((*world)->gateway());
    const auto gateway_cpu = cpu_seconds(gateway_pid);
    const auto own_cpu = cpu_seconds("self");
    const auto begin = Clock::now();
    window.end = begin + std::chrono::seconds(options.seconds);
    run_window(window, **world, options);
    const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto completed = receiving.received.load();
    const auto count = std::max(1.0, static_cast<double>(window.milliseconds.size()));
    const auto gateway_ms = 1000 * (cpu_seconds(gateway_pid) - gateway_cpu) / count;
    const auto own_ms = 1000 * (cpu_seconds("self") - own_cpu) / count;

    std::ranges::sort(window.milliseconds);
    const auto exchanges = static_cast<double>(window.milliseconds.size()) / seconds;
    const auto rss = resident_mib(gateway_pid, "VmHWM:");
    const auto stages = measure_stages(scratch.path(), (*world)->sender(), (*world)->terms());
    if (!stages) {
        return complain(stages.error());
    }
    Figures limits;
    double cpu = 0;
    for (const auto& stage : *stages) {
        limits.add(stage.name + "_per_s", 1 / stage.seconds);
        cpu += stage.seconds;
    }
    const auto limit = static_cast<double>(std::max(1U, std::thread::hardware_concurrency())) / cpu;
    limits.add("cores_by_stages_per_s", limit);
    Figures figures;
    figures.add("bench", std::string("exchange, 4 KiB ADT, RS256 requests, ES256 receipts, client "
                                     "and receiver on the same cores"));
    figures.add("connections", options.connections);
    figures.add("exchanges", static_cast<double>(window.milliseconds.size()));
    figures.add("exchanges_per_s", exchanges);
    figures.add("completed_per_s", static_cast<double>(completed) / seconds);
    figures.add("p50_ms", percentile(window.milliseconds, 0.50));
    figures.add("p99_ms", percentile(window.milliseconds, 0.99));
    figures.add("refused", static_cast<double>(window.refused));
    figures.add("gateway_cpu_ms", gateway_ms);
    figures.add("client_and_receiver_cpu_ms", own_ms);
    figures.add("rss_mib", rss);
    figures.add("limits", limits);
    figures.add("share", exchanges / limit);
    figures.print(options.json);
    return window.refused == 0 && !window.milliseconds.empty() ? kDone : kRefused;
}

}  // namespace gateway::app
