#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/evidence/verify.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using namespace std::chrono_literals;

struct Answer {
    std::string id;
    std::string signer;
};

/// Senders at work until they are stopped.
class Load {
public:
    explicit Load(World& world) : world_(world)
    {
        for (int i = 0; i < 4; ++i) {
            threads_.emplace_back([this] { work(); });
        }
    }
    void stop()
    {
        stopped_ = true;
        for (auto& thread : threads_) {
            thread.join();
        }
    }
    [[nodiscard]] std::vector<Answer> answers()
    {
        const std::scoped_lock lock(mutex_);
        return answers_;
    }
    [[nodiscard]] int failed() const { return failed_; }

private:
    void work()
    {
        while (!stopped_) {
            try {
                const auto answer = world_.post(world_.sign(gateway::app::invented_adt(++number_)));
                const std::scoped_lock lock(mutex_);
                if (answer.status == 201) {
                    answers_.push_back({id_of(answer), World::signer_of(answer.body)});
                } else {
                    ++failed_;
                }
            } catch (const std::exception&) {
                ++failed_;
            }
        }
    }

    World& world_;
    std::atomic<bool> stopped_ = false;
    std::atomic<std::size_t> number_ = 910'000;
    std::atomic<int> failed_ = 0;
    std::mutex mutex_;
    std::vector<Answer> answers_;
    std::vector<std::thread> threads_;
};

/// "verified", or what the verifier did not like.
std::string verdict(World& world, const std::string& id)
{
    auto vkey = support::read_file(world.trust_folder() + "/ledger.vkey");
    vkey.erase(vkey.find_last_not_of('\n') + 1);
    const auto tar = world.evidence(id);
    const auto report = gateway::evidence::verify(
        tar, {support::read_file(world.trust_folder() + "/root.pem"), {vkey}});
    const auto& last = report.checks.back();
    return report.ok() ? "verified"
                       : last.file + " " + last.name + " " + last.detail + " " + tar.substr(0, 300);
}

/// Until an answer was signed by another key than the first one's; at most 20 s.
void wait_for_another(Load& load)
{
    for (int i = 0; i < 200; ++i) {
        const auto answers = load.answers();
        if (!answers.empty() && answers.back().signer != answers.front().signer) {
            return;
        }
        std::this_thread::sleep_for(100ms);
    }
}

}  // namespace

TEST_CASE(
    "signing and TLS keys are rotated under load: nothing fails, and what either key signed "
    "verifies",
    "[rotation]")
{
    const auto store = GENERATE(from_range(stores()));
    CAPTURE(store);
    World world(gateway::app::LocalNode::on(store));
    Load load(world);
    while (load.answers().size() < 5) {
        std::this_thread::sleep_for(50ms);
    }
    const auto old = load.answers().front().id;
    REQUIRE(world.wait_for(old, "completed") == "completed");  // wholly under the old key

    world.put_next_keys();
    REQUIRE(kill(world.local().gateway(), SIGHUP) == 0);
    wait_for_another(load);
    std::this_thread::sleep_for(300ms);
    load.stop();

    const auto answers = load.answers();
    CHECK(load.failed() == 0);
    CHECK(answers.front().signer != answers.back().signer);
    for (const auto& answer : {answers.front(), answers.back()}) {
        CHECK(world.wait_for(answer.id, "completed") == "completed");
        CHECK(verdict(world, answer.id) == "verified");
    }
    const auto folder = (world.folder() / "evidence").string();
    std::filesystem::create_directory(folder);
    std::ofstream(folder + ".tar", std::ios::binary) << world.evidence(old);
    const auto script = run("tar -xf " + folder + ".tar -C " + folder + " && bash " +
                            (support::project_root() / "gateway/evidence/verify.sh").string() +
                            " " + world.trust_folder() + " " + folder);
    INFO(script.out);
    CHECK(script.status == 0);
}

TEST_CASE("a signing certificate of another key is refused, and the one before goes on signing",
          "[rotation]")
{
    World world;
    const auto before =
        World::signer_of(world.post(world.sign(gateway::app::invented_adt(920'001))).body);
    std::filesystem::copy_file(world.folder() / "pki/gateway/next-signing.pem",
                               world.folder() / "pki/gateway/signing.pem",
                               std::filesystem::copy_options::overwrite_existing);
    REQUIRE(kill(world.local().gateway(), SIGHUP) == 0);
    std::this_thread::sleep_for(1s);

    const auto after = world.post(world.sign(gateway::app::invented_adt(920'002)));

    REQUIRE(after.status == 201);
    CHECK(World::signer_of(after.body) == before);
}
