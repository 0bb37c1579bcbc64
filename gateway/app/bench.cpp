#include "gateway/app/bench.hpp"

#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>

#include "fhir_models/r4/json_writer.hpp"

namespace gateway::app {
namespace {

double cpu_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

void Figures::add(std::string name, double value)
{
    char text[40];
    const int length = std::snprintf(text, sizeof text, value < 100 ? "%.3f" : "%.0f", value);
    rows_.emplace_back(std::move(name), std::string(text, static_cast<std::size_t>(length)));
}

void Figures::add(std::string name, const std::string& text)
{
    std::string quoted;
    fhir::r4::write_json_string(text, quoted);
    rows_.emplace_back(std::move(name), std::move(quoted));
}

void Figures::add(std::string name, const Figures& nested)
{
    rows_.emplace_back(std::move(name), nested.to_json());
}

std::string Figures::to_json() const
{
    std::string out = "{";
    for (const auto& [name, value] : rows_) {
        out.append(out.size() > 1 ? "," : "").append("\"").append(name).append("\":").append(value);
    }
    return out.append("}");
}

void Figures::print(bool json) const
{
    if (json) {
        std::printf("%s\n", to_json().c_str());
        return;
    }
    for (const auto& [name, value] : rows_) {
        std::printf("%-28s %s\n", name.c_str(), value.c_str());
    }
}

double rounds_per_cpu_second(double seconds, const std::function<void()>& work)
{
    work();  // warm
    std::size_t rounds = 0;
    const double begin = cpu_seconds();
    double now = begin;
    while (now - begin < seconds) {
        work();
        ++rounds;
        now = cpu_seconds();
    }
    return static_cast<double>(rounds) / (now - begin);
}

double resident_mib(const std::string& process, const char* field)
{
    std::ifstream status("/proc/" + process + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field)) {
            return std::stod(line.substr(std::string_view(field).size())) / 1024;
        }
    }
    return 0;
}

double cpu_seconds(const std::string& process)
{
    std::ifstream file("/proc/" + process + "/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    constexpr int kBeforeTimes = 11;  // state to cmajflt, proc(5)
    std::string skipped;
    for (int i = 0; i < kBeforeTimes; ++i) {
        fields >> skipped;
    }
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace gateway::app
