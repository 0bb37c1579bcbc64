#include "tests/support/tsa.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/support/files.hpp"

namespace support {

Tsa::Tsa(const std::filesystem::path& folder) : folder_(folder)
{
    std::filesystem::create_directories(folder_);
    const auto program = (project_root() / "tests/support/tsa.py").string();
    process_ = fork();
    if (process_ == 0) {
        execlp("python3", "python3", program.c_str(), folder_.c_str(), nullptr);
        _exit(127);
    }
    for (int i = 0; i < 200 && !std::filesystem::exists(folder_ / "port"); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    if (!std::filesystem::exists(folder_ / "port")) {
        throw std::runtime_error("the time-stamp authority does not start");
    }
}

Tsa::~Tsa()
{
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
}

std::string Tsa::url() const
{
    return "http://127.0.0.1:" + read_file(folder_ / "port") + "/";
}

std::string Tsa::root_pem() const
{
    return read_file(root_file());
}

std::string Tsa::answer(const std::string& query) const
{
    std::ofstream(folder_ / "asked", std::ios::binary) << query;
    const auto command = "cd '" + folder_.string() +
                         "' && openssl ts -reply -config tsa.cnf -queryfile asked -out answered"
                         " >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) {  // NOLINT(cert-env33-c)
        throw std::runtime_error("openssl ts -reply");
    }
    return read_file(folder_ / "answered");
}

void Tsa::go_away() const
{
    std::ofstream(folder_ / "away") << "away";
}

void Tsa::come_back() const
{
    std::filesystem::remove(folder_ / "away");
}

}  // namespace support
