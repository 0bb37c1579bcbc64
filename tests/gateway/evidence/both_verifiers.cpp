#include "both_verifiers.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/files.hpp"

namespace scene {

using gateway::evidence::Trust;
using gateway::evidence::verify;

Told both(std::string_view tar, const Trust& brought)
{
    const auto report = verify(tar, brought);
    const support::TempDir desk;
    std::filesystem::create_directories(desk.path() / "evidence");
    std::filesystem::create_directories(desk.path() / "anchors");
    std::ofstream(desk.path() / "evidence.tar", std::ios::binary) << tar;
    std::ofstream(desk.path() / "anchors/root.pem") << brought.anchors_pem;
    std::ofstream vkeys(desk.path() / "anchors/ledgers.vkey");
    for (const auto& vkey : brought.vkeys) {
        vkeys << vkey << '\n';
    }
    vkeys.close();
    const auto command = "cd '" + desk.path().string() +
                         "' && tar -xf evidence.tar -C evidence && bash " +
                         (support::project_root() / "gateway/evidence/verify.sh").string() +
                         " anchors evidence > report 2>&1";
    const bool script_ok = std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c)
    const auto told = support::read_file(desk.path() / "report");
    const auto failure = told.find("FAIL  ");
    const auto line = failure == std::string::npos
                          ? std::string()
                          : told.substr(failure, told.find('\n', failure) - failure);
    INFO(told);
    CHECK(script_ok == report.ok());
    const auto file = report.ok() ? std::string() : report.checks.back().file;
    CHECK(line.substr(line.rfind(' ') + 1) == file);
    return {file, told};
}

}  // namespace scene
