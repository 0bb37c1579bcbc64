#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/local_world.hpp"
#include "gateway/app/receiving_end.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kWait{120};
constexpr std::chrono::milliseconds kAsk{250};
constexpr std::chrono::milliseconds kPace{40};  ///< between two single records of one client
constexpr unsigned kClients = 4;                ///< 100 single records a second together

/// The load under way and those who send single records meanwhile; one thread, so no locks.
struct Scene {
    const LocalWorld& world;
    std::string url;
    bool ended = false;
    bool accepted = false;
    double seconds = 0;
    std::vector<double> milliseconds;  ///< of single records
    std::size_t refused = 0;
    std::size_t number = 0;
    std::size_t at_work = 0;
};

double since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string location_of(const net::Response& response)
{
    const auto row =
        std::ranges::find(response.headers, "location", &net::Headers::value_type::first);
    return row == response.headers.end() ? std::string() : row->second;
}

asio::awaitable<void> send_load(net::HttpsClient& https, Scene& scene, SignedRequest request)
{
    const auto begin = Clock::now();
    auto opened = co_await https.send("POST", scene.url, std::move(request.headers),
                                      std::move(request.body), kWait);
    const auto location = opened ? location_of(opened->response) : std::string();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    int status = opened ? opened->response.status : 0;
    while (status == 202) {
        timer.expires_after(kAsk);
        co_await timer.async_wait(asio::use_awaitable);
        const auto asked = co_await https.send(
            "GET", scene.world.terms().url + location + "/receipt", {}, {}, kWait);
        status = asked ? asked->response.status : 0;
    }
    scene.seconds = since(begin);
    const auto shown =
        co_await https.send("GET", scene.world.terms().url + location, {}, {}, kWait);
    scene.accepted = status == 200 && shown &&
                     shown->response.body.find(R"("state":"rejected")") == std::string::npos;
    scene.ended = true;
}

asio::awaitable<void> send_singles(net::HttpsClient& https, Scene& scene)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!scene.ended) {
        auto request = sign_request(scene.world.sender(), scene.world.terms(),
                                    invented_adt(++scene.number), now());
        if (!request) {
            co_return;
        }
        const auto begin = Clock::now();
        const auto answer = co_await https.send("POST", scene.url, std::move(request->headers),
                                                std::move(request->body), kWait);
        if (answer && answer->response.status == 201) {
            scene.milliseconds.push_back(since(begin) * 1000);
        } else {
            ++scene.refused;
        }
        timer.expires_after(kPace);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

base::Result<void> play(Scene& scene, SignedRequest load)
{
    asio::io_context io;
    std::vector<std::unique_ptr<net::HttpsClient>> clients;
    for (unsigned i = 0; i <= kClients; ++i) {
        auto https = net::HttpsClient::create(io.get_executor(), scene.world.sender().client());
        if (!https) {
            return base::Failure(https.error());
        }
        clients.push_back(*std::move(https));
    }
    const auto spawn = [&](asio::awaitable<void> work) {
        ++scene.at_work;
        asio::co_spawn(io, std::move(work), [&scene, &io](const std::exception_ptr&) {
            if (--scene.at_work == 0) {
                io.stop();  // kept connections would hold it
            }
        });
    };
    spawn(send_load(*clients.back(), scene, std::move(load)));
    for (unsigned i = 0; i < kClients; ++i) {
        spawn(send_singles(*clients[i], scene));
    }
    io.run();
    return {};
}

std::string file_of(std::size_t rows)
{
    auto file = invented_b015_columns();
    for (std::size_t i = 0; i < rows; ++i) {
        file += invented_b015(i);
    }
    return file;
}

}  // namespace

int bench_load(const BenchOptions& options)
{
    const ScratchFolder scratch;
    if (const auto made = make_local_pki(scratch.path()); !made) {
        return complain(made.error());
    }
    const auto world =
        LocalWorld::make(1, scratch.path(), kThisProgram,
                         LocalNode::on(options.store));  // nobody receives: the load alone
    if (!world) {
        return complain(world.error());
    }
    auto load = sign_request((*world)->sender(), (*world)->terms(), file_of(options.rows), now());
    if (!load) {
        return complain(load.error());
    }
    Scene scene{.world = **world, .url = (*world)->terms().url + "/exchanges"};
    if (auto played = play(scene, *std::move(load)); !played) {
        return complain(played.error());
    }
    std::ranges::sort(scene.milliseconds);
    const auto at = [&scene](double share) {
        const auto size = scene.milliseconds.size();
        return size == 0
                   ? 0.0
                   : scene.milliseconds[std::min(
                         size - 1, static_cast<std::size_t>(static_cast<double>(size) * share))];
    };
    Figures figures;
    figures.add("bench",
                std::string("one GIIS-B015 load to its receipt, single ADT records at 100/s "
                            "meanwhile, client on the same cores"));
    figures.add("rows", static_cast<double>(options.rows));
    figures.add("seconds", scene.seconds);
    figures.add("rows_per_s", static_cast<double>(options.rows) / scene.seconds);
    figures.add("rss_mib", resident_mib(std::to_string((*world)->gateway()), "VmHWM:"));
    figures.add("singles", static_cast<double>(scene.milliseconds.size()));
    figures.add("singles_refused", static_cast<double>(scene.refused));
    figures.add("singles_p50_ms", at(0.50));
    figures.add("singles_p99_ms", at(0.99));
    figures.print(options.json);
    return scene.accepted && scene.refused == 0 ? kDone : kRefused;
}

}  // namespace gateway::app
