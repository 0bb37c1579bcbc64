#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/evidence/verify.hpp"
#include "tests/end_to_end/world.hpp"
#include "tests/support/pki.hpp"

namespace {

using namespace end_to_end;
using namespace std::chrono_literals;
namespace crypto = gateway::crypto;

constexpr std::int64_t kHour = 3600;

/// A world whose gateway asks the lists of a folder.
class Listed {
public:
    Listed() : world_({"listed.toml", "data = \"data\"\n"})
    {
        std::filesystem::create_directory(world_.folder() / "crls");
        put({});
        restart_with("revocation_lists = \"crls\"\nrevocation_grace_s = 7200\n");
    }

    World& operator*() { return world_; }
    World* operator->() { return &world_; }

    crypto::Certificate certificate(const std::string& file)
    {
        return crypto::Certificate::from_file(world_.folder() / "pki" / file).value();
    }

    /// The list of the world's root, in the folder at one stroke.
    void put(const std::vector<crypto::Certificate>& revoked, std::int64_t until = kHour)
    {
        const auto pki = world_.folder() / "pki/ca/root";
        const crypto::Authority root(crypto::Certificate::from_file(pki.string() + ".pem").value(),
                                     crypto::PrivateKey::from_file(pki.string() + ".key").value(),
                                     {});
        const auto now = base::to_seconds(gateway::app::now());
        const auto file = (world_.folder() / "crls/root").string();
        std::ofstream(file + ".new") << support::make_crl(
            root, revoked, base::from_seconds(std::min(now - 60, now + until - 60)),
            base::from_seconds(now + until));
        std::filesystem::rename(file + ".new", file + ".crl");
    }

    /// Reads the files anew, and waits until that shows.
    int post_after_reload(int expected, std::string* body = nullptr)
    {
        REQUIRE(kill(world_.local().gateway(), SIGHUP) == 0);
        int status = 0;
        for (int i = 0; i < 100 && status != expected; ++i) {
            std::this_thread::sleep_for(100ms);
            const auto answer = world_.post(world_.sign(gateway::app::invented_adt(++number_)));
            status = answer.status;
            if (body != nullptr) {
                *body = answer.body;
            }
        }
        return status;
    }

private:
    void restart_with(const std::string& settings)
    {
        const auto file = (world_.folder() / "listed.toml").string();
        const auto text = support::read_file(file);
        world_.local().end(SIGTERM);
        std::ofstream(file) << settings << text;
        REQUIRE(world_.local().start());
    }

    World world_;
    std::size_t number_ = 960'000;
};

/// The last lines of both verifiers' reports about the exchange's evidence.
std::string verdicts(World& world, const std::string& id)
{
    const auto folder = world.folder() / "evidence";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    std::ofstream(folder.string() + ".tar", std::ios::binary) << world.evidence(id);
    const auto trust = world.trust_folder();
    const auto own = run(std::string(PUENTE_PROGRAM) + " verify --trust " + trust + " " +
                         folder.string() + ".tar");
    const auto script =
        run("tar -xf " + folder.string() + ".tar -C " + folder.string() + " && bash " +
            (support::project_root() / "gateway/evidence/verify.sh").string() + " " + trust + " " +
            folder.string());
    INFO(own.out << script.out);
    CHECK(own.status == 0);
    CHECK(script.status == 0);
    return own.out + script.out;
}

/// Whether the metrics tell within 10 s that the lists are in trouble.
bool tells_outage(World& world)
{
    for (int i = 0; i < 100; ++i) {
        const auto metrics = run("curl -s " + world.local().health_url() + "/metrics").out;
        if (metrics.find("{partner=\"revocation-lists\"} 1") != std::string::npos) {
            return true;
        }
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

}  // namespace

TEST_CASE("evidence carries the revocation lists of its time, and both verifiers ask them",
          "[end_to_end][revocation]")
{
    Listed listed;
    const auto answer = listed->post(listed->sign(gateway::app::invented_adt(961'000)));
    REQUIRE(answer.status == 201);
    REQUIRE(listed->wait_for(id_of(answer), "completed") == "completed");
    const auto newer = listed.certificate("institutions/auditora/signing.pem");
    listed.put({newer});
    CHECK(listed.post_after_reload(201) == 201);

    const auto told = verdicts(*listed, id_of(answer));

    for (const auto* line : {"not revoked, by the lists of the time", "certs/1.crl"}) {
        CHECK(told.find(line) != std::string::npos);
    }
    CHECK(told.find("certs/2.crl") == std::string::npos);
}

TEST_CASE("a signing certificate that its authority revokes is refused from the next request on",
          "[end_to_end][revocation]")
{
    Listed listed;
    listed.put({listed.certificate("institutions/emisor/signing.pem")});
    std::string body;
    CHECK(listed.post_after_reload(401, &body) == 401);
    CHECK(body.find("PU-5005") != std::string::npos);
    CHECK(body.find("certificate.serialNumber") != std::string::npos);
    listed.put({});
    CHECK(listed.post_after_reload(201) == 201);
}

TEST_CASE("a TLS certificate that its authority revokes opens no door", "[end_to_end][revocation]")
{
    Listed listed;
    listed.put({listed.certificate("institutions/emisor/tls.pem")});
    CHECK(listed.post_after_reload(401) == 401);
    CHECK(listed->as_receiver("GET", "/exchanges?state=accepted").status == 200);
}

TEST_CASE("nothing is handed to a receiver whose server's certificate was revoked",
          "[end_to_end][revocation]")
{
    Listed listed;
    listed.put({listed.certificate("institutions/receptor/tls.pem")});
    REQUIRE(listed.post_after_reload(201) == 201);
    std::this_thread::sleep_for(1s);  // deliveries under way when the list came in
    const auto before = listed->received();

    const auto answer = listed->post(listed->sign(gateway::app::invented_adt(962'000)));
    REQUIRE(answer.status == 201);
    std::this_thread::sleep_for(3s);
    CHECK(listed->received() == before);
    listed.put({});
    CHECK(listed.post_after_reload(201) == 201);
    CHECK(listed->wait_for(id_of(answer), "completed") == "completed");
}

TEST_CASE("an overdue list counts for its grace; then nothing is taken until there is another",
          "[end_to_end][revocation]")
{
    Listed listed;
    listed.put({}, -kHour);
    CHECK(listed.post_after_reload(201) == 201);
    CHECK(tells_outage(*listed));

    const auto before = listed->exchanges();
    listed.put({}, -3 * kHour);
    std::string body;
    CHECK(listed.post_after_reload(503, &body) == 503);
    listed.put({});
    CHECK(listed.post_after_reload(201) == 201);
    CHECK(listed->exchanges() > before);
}

TEST_CASE("a gateway whose own certificate is revoked does not start", "[end_to_end][revocation]")
{
    Listed listed;
    listed.put({listed.certificate("gateway/signing.pem")});
    listed->local().end(SIGTERM);
    CHECK_FALSE(listed->local().start());
    listed.put({});
    CHECK(listed->local().start());
}
