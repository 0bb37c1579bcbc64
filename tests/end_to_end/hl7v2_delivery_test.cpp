#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include "fhir_models/base/text.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/acknowledgement.hpp"
#include "gateway/net/server.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using namespace std::chrono_literals;
namespace app = gateway::app;
namespace net = gateway::net;

/// A hospital system that speaks nothing but HL7 v2, by MLLP or by HTTP.
class V2Receiver {
public:
    V2Receiver(const std::string& folder, std::string_view scheme)
    {
        const auto party = app::local_party(folder, app::kReceiverName);
        REQUIRE(party);
        const auto files = party->server();
        const auto take = [this](std::string message) { return answer(std::move(message)); };
        auto server =
            scheme == "https"
                ? net::serve_https(
                      io_.get_executor(), "127.0.0.1", 0, files, net::ClientAuth::required, {},
                      [](std::string_view, std::string_view) { return std::size_t{1} << 20U; },
                      [take](net::Request request) -> boost::asio::awaitable<net::Response> {
                          net::Response response;
                          response.status = 200;
                          response.headers.emplace_back("content-type", "application/hl7-v2");
                          response.body = take(std::move(request.body));
                          co_return response;
                      })
                : net::serve_mllp(io_.get_executor(), "127.0.0.1", 0,
                                  scheme == "mllps" ? &files : nullptr, {},
                                  [take](std::string message,
                                         net::Peer) -> boost::asio::awaitable<std::string> {
                                      co_return take(std::move(message));
                                  });
        REQUIRE(server);
        server_ = *std::move(server);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~V2Receiver()
    {
        server_->stop();
        io_.stop();
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    std::vector<std::string> taken()
    {
        const std::scoped_lock lock(mutex_);
        return taken_;
    }
    void be_broken(bool broken) { broken_ = broken; }

private:
    std::string answer(std::string message)
    {
        base::Issues issues;
        if (broken_) {
            issues.push_back(base::to_issue(
                base::fail(base::Errc::malformed_source, "PID", {"otra", "another"}).value()));
        }
        auto ack = gateway::exchange::acknowledgement(message, issues, app::now(), "ack", "trace");
        const std::scoped_lock lock(mutex_);
        taken_.push_back(std::move(message));
        return ack;
    }

    std::atomic<bool> broken_ = false;
    std::mutex mutex_;
    std::vector<std::string> taken_;
    boost::asio::io_context io_;
    std::unique_ptr<net::Server> server_;
    std::thread thread_;
};

/// The world's receiver speaks HL7 v2 from now on, at that address.
void speak_v2(World& world, const std::string& url, bool allowed)
{
    const auto root = world.folder().path().string();
    const auto agreement = root + "/agreements/bench.json";
    if (allowed) {
        auto text = support::read_file(agreement);
        const std::string before = "\"unsigned_allowed\":true";
        text.replace(text.find(before), before.size(),
                     before + ",\"uncountersigned_allowed\":true");
        agree(root, text);
    }
    auto node = app::LocalWorld::make(
        0, root, PUENTE_PROGRAM,
        {.file = "v2.toml",
         .settings = "data = \"v2\"\ndelivery_attempts = 2\n",
         .delivery = "delivery_url = \"" + url + "\"\ndelivery_format = \"hl7v2\"\n"});
    REQUIRE(node);
    world.turn_to(*std::move(node));
}

std::string control_id(const std::string& message)
{
    return std::string(base::split(message, '|')[9]);
}

}  // namespace

TEST_CASE("a receiver that speaks only HL7 v2 gets a message, and its ACK ends the exchange",
          "[end_to_end][hl7v2_delivery]")
{
    const auto [scheme, path] = GENERATE(
        table<std::string, std::string>({{"mllp", ""}, {"mllps", ""}, {"https", "/hl7v2"}}));
    CAPTURE(scheme);
    World world;
    V2Receiver receiver(world.folder().path().string(), scheme);
    speak_v2(world, scheme + "://localhost:" + std::to_string(receiver.port()) + path, true);

    const auto id = id_of(world.post(world.sign(app::invented_adt(970'001))));
    REQUIRE(world.wait_for(id, "completed") == "completed");

    const auto taken = receiver.taken();
    REQUIRE(taken.size() == 1);
    CHECK(taken.front().starts_with("MSH|"));
    CHECK(taken.front().find("\rPID|") != std::string::npos);
    CHECK(taken.front().find(app::invented_curp(970'001)) != std::string::npos);
    const auto tar = world.evidence(id);
    std::ofstream(world.folder() / "evidence.tar", std::ios::binary) << tar;
    const auto verified =
        run(std::string(PUENTE_PROGRAM) + " verify --trust " + world.trust_folder() + " " +
            (world.folder() / "evidence.tar").string());
    INFO(verified.out);
    CHECK(verified.status == 0);
    CHECK(verified.out.find("no countersignature (nrr:false)") != std::string::npos);
    const auto completion = run("tar -xOf " + (world.folder() / "evidence.tar").string() +
                                " completion.jws | cut -d. -f2 | jose b64 dec -i-");
    CHECK(member(completion.out, "sent") == gateway::evidence::digest_claim(taken.front()));
}

TEST_CASE("what an HL7 v2 receiver does not take is tried again as the same message, then dead",
          "[end_to_end][hl7v2_delivery]")
{
    World world;
    V2Receiver receiver(world.folder().path().string(), "mllps");
    receiver.be_broken(true);
    speak_v2(world, "mllps://localhost:" + std::to_string(receiver.port()), true);

    const auto id = id_of(world.post(world.sign(app::invented_adt(970'002))));

    CHECK(world.wait_for(id, "dead") == "dead");
    const auto taken = receiver.taken();
    REQUIRE(taken.size() == 2);
    CHECK(taken[0] == taken[1]);
}

TEST_CASE("nothing goes to a receiver that cannot sign where the agreement asks its signature",
          "[end_to_end][hl7v2_delivery]")
{
    World world;
    V2Receiver receiver(world.folder().path().string(), "mllps");
    speak_v2(world, "mllps://localhost:" + std::to_string(receiver.port()), false);

    const auto id = id_of(world.post(world.sign(app::invented_adt(970'003))));

    CHECK(world.wait_for(id, "dead") == "dead");
    CHECK(member(world.as_sender("GET", "/exchanges/" + id).body, "code") == "PU-4019");
    CHECK(receiver.taken().empty());
}

TEST_CASE("the messages of a batch go one by one, each taken before the next",
          "[end_to_end][hl7v2_delivery]")
{
    World world;
    V2Receiver receiver(world.folder().path().string(), "mllps");
    speak_v2(world, "mllps://localhost:" + std::to_string(receiver.port()), true);
    const auto batch =
        "BHS|^~\\&\r" + app::invented_adt(970'004) + app::invented_adt(970'005) + "BTS|2\r";

    const auto id = id_of(world.post(world.sign(batch)));
    REQUIRE(world.wait_for(id, "completed") == "completed");

    const auto taken = receiver.taken();
    REQUIRE(taken.size() == 2);
    CHECK(control_id(taken[0]).ends_with(".1"));
    CHECK(control_id(taken[1]).ends_with(".2"));
    CHECK(taken[1].find(app::invented_curp(970'005)) != std::string::npos);
}
