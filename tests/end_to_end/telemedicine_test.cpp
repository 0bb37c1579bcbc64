#include <catch2/catch.hpp>

#include "gateway/app/local_world.hpp"
#include "tests/end_to_end/world.hpp"

using namespace end_to_end;

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
