#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <span>
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
    2500;  ///< requests signed before the windows, per second of each
constexpr std::chrono::seconds kWait{30};
constexpr std::size_t kBacklog = 256;  ///< of the closed loop: accepted and not yet completed
constexpr std::chrono::milliseconds kPause{2};

/// Everything the clients share; one strand-less io_context on one thread, so no locks.
struct Window {
    std::span<SignedRequest> requests;
    std::string url;
    const std::atomic<std::size_t>& received;  ///< by the other institution, ever
    std::size_t backlog;                       ///< a closed loop's; 0: clients wait for nobody
    std::size_t next = 0;
    Clock::time_point end{};
    std::vector<double> milliseconds{};
    std::size_t refused = 0;
    std::size_t clients = 0;  ///< still at work
};

bool may_send(const Window& window)
{
    return window.backlog == 0 || window.next < window.received + window.backlog;
}

asio::awaitable<void> client(net::HttpsClient& https, Window& window)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (Clock::now() < window.end && window.next < window.requests.size()) {
        if (!may_send(window)) {
            timer.expires_after(kPause);
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
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

/// What one window showed. `completed`: while it was open.
struct Seen {
    double seconds = 0;
    std::size_t completed = 0;
    double gateway_cpu = 0;
    double own_cpu = 0;
};

Seen run_window(Window& window, const LocalWorld& world, const BenchOptions& options)
{
    asio::io_context io;
    std::vector<std::unique_ptr<net::HttpsClient>> clients;  // one connection each, kept
    const auto gateway = std::to_string(world.gateway());
    const auto received = window.received.load();
    const auto gateway_cpu = cpu_seconds(gateway);
    const auto own_cpu = cpu_seconds("self");
    const auto begin = Clock::now();
    window.end = begin + std::chrono::seconds(options.seconds);
    for (unsigned i = 0; i < options.connections; ++i) {
        auto https = net::HttpsClient::create(io.get_executor(), world.sender().client());
        if (!https) {
            complain(https.error());
            return {};
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
    return {std::chrono::duration<double>(Clock::now() - begin).count(),
            window.received.load() - received, cpu_seconds(gateway) - gateway_cpu,
            cpu_seconds("self") - own_cpu};
}

/// Until all that was accepted is completed, or nothing has been for a while.
void wait_for_deliveries(const Window& window)
{
    constexpr std::chrono::seconds kPatience{5};
    auto last = window.received.load();
    auto since = Clock::now();
    while (last < window.milliseconds.size() && Clock::now() - since < kPatience) {
        std::this_thread::sleep_for(kPause);
        if (const auto now = window.received.load(); now != last) {
            last = now;
            since = Clock::now();
        }
    }
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
    const auto world =
        LocalWorld::make(*port, scratch.path(), kThisProgram, LocalNode::on(options.store));
    if (!world) {
        return complain(world.error());
    }
    const auto each = std::size_t{kExpectedPerSecond} * options.seconds;
    auto requests = sign_all(**world, 2 * each);
    const auto url = (*world)->terms().url + "/exchanges";
    Window closed{std::span(requests).first(each), url, receiving.received, kBacklog};
    const auto loop = run_window(closed, **world, options);
    wait_for_deliveries(closed);
    Window window{std::span(requests).last(each), url, receiving.received, 0};
    const auto open = run_window(window, **world, options);
    const auto gateway_pid = std::to_string((*world)->gateway());
    const auto count = std::max(1.0, static_cast<double>(window.milliseconds.size()));

    std::ranges::sort(window.milliseconds);
    const auto exchanges = static_cast<double>(window.milliseconds.size()) / open.seconds;
    const auto rss = resident_mib(gateway_pid, "VmHWM:");
    const auto stages = measure_stages(scratch.path(), (*world)->sender(), (*world)->terms());
    if (!stages) {
        return complain(stages.error());
    }
    Figures limits;
    double cpu = 0;
    for (const auto& stage : *stages) {
        limits.add(stage.name + "_per_s", 1 / stage.seconds);
        cpu += stage.cost(static_cast<double>(open.completed) / count);
    }
    const auto limit = static_cast<double>(std::max(1U, std::thread::hardware_concurrency())) / cpu;
    limits.add("cores_by_stages_per_s", limit);
    Figures figures;
    figures.add("bench", std::string("exchange, 4 KiB ADT, RS256 requests, ES256 receipts, client "
                                     "and receiver on the same cores"));
    figures.add("connections", options.connections);
    figures.add("exchanges", static_cast<double>(window.milliseconds.size()));
    figures.add("exchanges_per_s", exchanges);
    figures.add("completed_per_s", static_cast<double>(loop.completed) / loop.seconds);
    figures.add("completed_meanwhile_per_s", static_cast<double>(open.completed) / open.seconds);
    figures.add("p50_ms", percentile(window.milliseconds, 0.50));
    figures.add("p99_ms", percentile(window.milliseconds, 0.99));
    figures.add("refused", static_cast<double>(closed.refused + window.refused));
    figures.add("gateway_cpu_ms", 1000 * open.gateway_cpu / count);
    figures.add("client_and_receiver_cpu_ms", 1000 * open.own_cpu / count);
    figures.add("rss_mib", rss);
    figures.add("limits", limits);
    figures.add("share", exchanges / limit);
    figures.print(options.json);
    return closed.refused + window.refused == 0 && !window.milliseconds.empty() ? kDone : kRefused;
}

}  // namespace gateway::app
