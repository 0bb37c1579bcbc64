#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "gateway/agreements/agreement.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/net/server.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
namespace app = gateway::app;
namespace net = gateway::net;

/// A receiver that answers 200 and signs nothing.
class SilentReceiver {
public:
    explicit SilentReceiver(const std::string& folder)
    {
        const auto party = app::local_party(folder, app::kReceiverName);
        REQUIRE(party);
        const auto answer = [this](net::Request) -> boost::asio::awaitable<net::Response> {
            ++deliveries;
            net::Response response;
            response.status = 200;
            response.headers.emplace_back("content-type", "text/plain");
            response.body = "recibido";
            co_return response;
        };
        auto server = net::serve_https(
            io_.get_executor(), "127.0.0.1", 0, party->server(), net::ClientAuth::required, {},
            [](std::string_view, std::string_view) { return std::size_t{1} << 20U; }, answer);
        REQUIRE(server);
        server_ = *std::move(server);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~SilentReceiver()
    {
        server_->stop();
        io_.stop();
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

    std::atomic<int> deliveries = 0;

private:
    boost::asio::io_context io_;
    std::unique_ptr<net::Server> server_;
    std::thread thread_;
};

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a receiver that signs nothing ends an exchange only where the agreement allows it",
          "[end_to_end][agreement]")
{
    World world;
    const auto root = world.folder().path().string();
    SilentReceiver silent(root);
    const std::string once = "delivery_attempts = 1\n";
    const auto speak = [&](const std::string& name) {
        auto node = app::LocalWorld::make(
            silent.port(), root, PUENTE_PROGRAM,
            {name + ".toml",
             "data = \"" + name + "\"\nledger_origin = \"puente.local/" + name + "\"\n" + once});
        REQUIRE(node);
        world.turn_to(*std::move(node));
    };

    SECTION("not allowed: the delivery has failed, and the code says why")
    {
        speak("strict");
        const auto id = id_of(world.post(world.sign(app::invented_adt(1))));
        CHECK(world.wait_for(id, "dead") == "dead");
        CHECK(member(world.as_sender("GET", "/exchanges/" + id).body, "code") == "PU-4019");
        CHECK(silent.deliveries == 1);
    }
    SECTION("allowed: it ends as nrr:false")
    {
        const auto file = root + "/agreements/bench.json";
        const auto text = replaced(support::read_file(file), "\"unsigned_allowed\":true",
                                   "\"unsigned_allowed\":true,\"uncountersigned_allowed\":true");
        agree(root, text);
        speak("lenient");
        const auto id = id_of(world.post(world.sign(app::invented_adt(2))));
        CHECK(world.wait_for(id, "completed") == "completed");
    }
}

TEST_CASE("agreement new names every option that is missing at once", "[end_to_end][agreement]")
{
    const auto told =
        run(std::string(PUENTE_PROGRAM) + " agreement new convenio --from-name Norte");

    CHECK(told.status != 0);
    CHECK(told.out.find("also --from-cert --from-rfc --from-clues --from-signatory --from-position "
                        "--to-cert --to-name --to-rfc --to-clues --to-signatory --to-position") !=
          std::string::npos);
}

TEST_CASE("a revocation in mid-flight stops what is accepted and what is under way",
          "[end_to_end][agreement]")
{
    World world;
    const auto root = world.folder().path().string();
    const auto id = id_of(world.post(world.sign(app::invented_adt(3))));
    REQUIRE(world.wait_for(id, "completed") == "completed");
    auto far = app::LocalWorld::make(
        1, root, PUENTE_PROGRAM,  // nobody listens there: what is accepted stays under way
        {"far.toml", "data = \"far\"\nledger_origin = \"puente.local/far\"\n"});
    REQUIRE(far);
    world.turn_to(*std::move(far));
    const auto waiting = id_of(world.post(world.sign(app::invented_adt(4))));
    const gateway::net::Headers why{{"exchange-purpose", "TREAT"},
                                    {"exchange-justification", "Referencia"}};
    REQUIRE(world.as_receiver("GET", "/exchanges/" + waiting + "/payload", why).status == 200);

    const auto stem = root + "/pki/institutions/" + std::string(app::kReceiverName);
    REQUIRE(std::system((std::string(PUENTE_PROGRAM) + " agreement revoke " + root +
                         "/agreements/bench.json --reason Fin --key " + stem +
                         "/signing.key --cert " + stem + "/signing.pem >/dev/null")
                            .c_str()) == 0);
    world.local().kill_only(SIGHUP);
    const auto checked = run(std::string(PUENTE_PROGRAM) + " agreement check " + root +
                             "/agreements/bench.json --trust " + root + "/pki/ca/root.pem");
    CHECK(checked.status == 0);
    CHECK(checked.out.find("revoked by urn:puente:institution:receptor from ") !=
          std::string::npos);

    gateway::net::Response refused;
    for (int i = 0; i < 50 && refused.status != 403; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        refused = world.post(world.sign(app::invented_adt(5)));
    }
    CHECK(refused.status == 403);
    CHECK(refused.body.find("PU-4020") != std::string::npos);
    CHECK(refused.body.find("/termination") != std::string::npos);
    const auto payload = world.as_receiver("GET", "/exchanges/" + waiting + "/payload", why);
    CHECK(payload.status == 403);
    CHECK(member(payload.body, "code") == "PU-4020");
}
