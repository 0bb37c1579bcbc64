#include <array>
#include <catch2/catch.hpp>
#include <cstdio>

#include "gateway/app/local_world.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;

struct Outcome {
    std::string out;
    int status = -1;
};

Outcome run(const std::string& command)
{
    Outcome outcome;
    auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) {
        outcome.out += part.data();
    }
    outcome.status = ::pclose(pipe);
    return outcome;
}

}  // namespace

TEST_CASE("a telemedicine provider's own program sends, reads back and sees the audit",
          "[fhir][telemedicine]")
{
    const auto [program, needs] = GENERATE(table<std::string, std::string>(
        {{"send.sh", "curl"}, {"send.py", "python3"}, {"send.mjs", "node"}}));
    if (run("command -v " + needs).status != 0) {
        WARN(needs << " is not installed: " << program << " is not run");
        return;
    }
    const auto pki = world().folder().path().string() + "/pki/";
    const auto own = pki + "institutions/" + std::string(gateway::app::kSenderName);
    const auto examples = (support::project_root() / "examples").string();
    const auto outcome =
        run(examples + "/telemedicine/" + program + " " + world().local().terms().url + " " + own +
            "/tls.pem " + own + "/tls.key " + pki + "ca/root.pem " + examples +
            "/messages/fhir/teleconsultation.json BATR030617MYNLYFA5");
    INFO(outcome.out);
    CHECK(outcome.status == 0);
    CHECK(outcome.out.starts_with("exchange 0"));
    CHECK(outcome.out.ends_with("encounter VR\naudited\n"));
}
