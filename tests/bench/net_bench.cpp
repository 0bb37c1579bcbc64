// What a request costs before anybody works on it: an echo handler behind mTLS, kept connections,
// the clients on the same cores; cpu_us is that of both ends per request. Usage: net_bench
// [seconds] [connections] [body bytes]
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/net/client.hpp"
#include "gateway/net/server.hpp"
#include "tests/gateway/net/pki.hpp"

using namespace gateway::net;
using Clock = std::chrono::steady_clock;
namespace asio = boost::asio;

namespace {

struct Tally {
    std::mutex mutex;
    std::vector<double> milliseconds;
    std::atomic<std::size_t> failed = 0;
};

asio::awaitable<Response> echo(Request request)
{
    Response response;
    response.body = std::move(request.body);
    co_return response;
}

asio::awaitable<void> load(HttpsClient& client, std::string url, std::string body,
                           Clock::time_point until, Tally& tally)
{
    std::vector<double> mine;
    while (Clock::now() < until) {
        const auto begin = Clock::now();
        const auto answer = co_await client.send("POST", url, {}, body, std::chrono::seconds(10));
        const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
        if (answer && answer->response.status == 200) {
            mine.push_back(took.count());
        } else {
            ++tally.failed;
        }
    }
    const std::scoped_lock lock(tally.mutex);
    tally.milliseconds.insert(tally.milliseconds.end(), mine.begin(), mine.end());
}

std::size_t argument(int count, char** values, int index, std::size_t otherwise)
{
    return index < count ? std::strtoul(values[index], nullptr, 10) : otherwise;
}

}  // namespace

int main(int count, char** values)
{
    const auto seconds = argument(count, values, 1, 5);
    const auto connections = argument(count, values, 2, 64);
    const auto body = std::string(argument(count, values, 3, 4096), 'x');
    asio::io_context serving;
    asio::io_context asking;
    const auto server = serve_https(
        serving.get_executor(), "127.0.0.1", 0, pki::server_files(), ClientAuth::required, {},
        [](std::string_view, std::string_view) { return std::size_t{1} << 20U; }, echo);
    const auto client = HttpsClient::create(asking.get_executor(), pki::client_identity());
    const auto url = "https://127.0.0.1:" + std::to_string((*server)->port()) + "/echo";
    const auto begin = Clock::now();
    Tally tally;
    for (std::size_t i = 0; i < connections; ++i) {
        asio::co_spawn(asking,
                       load(**client, url, body, begin + std::chrono::seconds(seconds), tally),
                       asio::detached);
    }
    std::vector<std::thread> servers;
    for (int i = 0; i < 2; ++i) {
        servers.emplace_back([&serving] { serving.run(); });
    }
    asking.run();
    const std::chrono::duration<double> took = Clock::now() - begin;
    serving.stop();
    for (auto& thread : servers) {
        thread.join();
    }

    auto& all = tally.milliseconds;
    std::ranges::sort(all);
    const auto at = [&all](double share) {
        return all.empty() ? 0.0 : all[static_cast<std::size_t>(share * double(all.size() - 1))];
    };
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto cpu = double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
                     double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    std::printf(
        "{\"requests_per_s\":%.0f,\"cpu_us\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
        "\"failed\":%zu,\"connections\":%zu,\"body_bytes\":%zu,\"rss_mib\":%ld}\n",
        double(all.size()) / took.count(), cpu / double(std::max<std::size_t>(all.size(), 1)),
        at(0.5), at(0.99), tally.failed.load(), connections, body.size(), usage.ru_maxrss / 1024);
}
