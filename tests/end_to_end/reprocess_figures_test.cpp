#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "gateway/app/bench.hpp"
#include "tests/end_to_end/hospital.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;
using Clock = std::chrono::steady_clock;

/// Admissions of `count` people, by four clients at once; the last is completed.
void send_all(Hospital& hospital, std::size_t count)
{
    std::vector<std::thread> clients;
    for (std::size_t first = 0; first < 4; ++first) {
        clients.emplace_back([&, first] {
            for (std::size_t i = first; i < count; i += 4) {
                static_cast<void>(
                    hospital.world->post(hospital.world->sign(app::invented_adt(800'000 + i))));
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    hospital.send(app::invented_adt(800'000 + count));
}

std::string last_line(const std::string& text)
{
    const auto end = text.rfind('\n');
    const auto begin = end == std::string::npos ? end : text.rfind('\n', end - 1);
    return begin == std::string::npos ? text : text.substr(begin + 1);
}

/// One run over all of them, told as a line of figures.
void run_once(Hospital& hospital, const char* what, const std::string& options, std::size_t count)
{
    const auto begin = Clock::now();
    const auto done = hospital.reprocess_all(options);
    const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    rusage children{};
    ::getrusage(RUSAGE_CHILDREN, &children);
    std::printf("%s: %zu exchanges in %.1f s, %.0f/s; gateway %.0f MiB, command %.0f MiB; %s", what,
                count, seconds, static_cast<double>(count) / seconds,
                app::resident_mib(std::to_string(hospital.world->local().gateway()), "VmHWM:"),
                static_cast<double>(children.ru_maxrss) / 1024, last_line(done.out).c_str());
    std::fflush(stdout);
    CHECK(done.status == 0);
}

}  // namespace

// PUENTE_REPROCESS: how many, 10,000 when it is not set; PUENTE_STORE: postgresql://… of an empty
// database, else SQLite.
TEST_CASE("how many exchanges a second are translated anew", "[.][reprocess_figures]")
{
    const char* const given = std::getenv("PUENTE_REPROCESS");
    const char* const store = std::getenv("PUENTE_STORE");
    const auto count = given == nullptr ? 10'000 : std::strtoul(given, nullptr, 10);
    Hospital hospital(store == nullptr ? "" : store);
    send_all(hospital, count - 1);

    run_once(hospital, "nothing differs, shown", "", count);
    hospital.package.mend();
    hospital.restart();
    run_once(hospital, "all differ, shown", "", count);
    run_once(hospital, "all differ, --send", "--send", count);
    run_once(hospital, "again, --send", "--send", 2 * count);
}
