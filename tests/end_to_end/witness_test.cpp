#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/crypto/authority.hpp"
#include "gateway/crypto/dev_pki.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/end_to_end/world.hpp"
#include "tests/gateway/attest/ledger.hpp"

namespace {

using namespace end_to_end;
using namespace gateway;
using contract::PostgresServer;
namespace fs = std::filesystem;

/// A node by its ledger: the key is made before anything runs.
struct Node {
    explicit Node(const support::TempDir& folder, std::string its_name)
        : name(std::move(its_name)), key_file((folder.path() / (name + ".key")).string())
    {
        std::ofstream(key_file) << crypto::new_key(crypto::KeyKind::ed25519).value();
        fs::permissions(key_file, fs::perms::owner_read | fs::perms::owner_write);
    }

    [[nodiscard]] crypto::PrivateKey key() const
    {
        return crypto::PrivateKey::from_file(key_file).value();
    }
    [[nodiscard]] std::string origin() const { return "puente.local/" + name; }
    [[nodiscard]] std::string ledger_key() const { return evidence::verifier_key(origin(), key()); }
    [[nodiscard]] std::string witness_key() const { return evidence::witness_key(origin(), key()); }

    /// Its settings, with `other` as witness and as what it witnesses.
    [[nodiscard]] app::LocalNode beside(const Node& other, const std::string& more = {}) const
    {
        app::LocalNode node;
        node.file = name + ".toml";
        node.settings = "data = \"data-" + name + "\"\nledger_origin = \"" + origin() +
                        "\"\nwitness_interval_s = 1\nwitnesses = [\"" + other.witness_key() +
                        " https://localhost:" + std::to_string(other.port) +
                        "\"]\nwitnessed_ledgers = [\"" + other.ledger_key() + "\"]\n" + more;
        node.exchange_port = port;
        node.ledger_key = key_file;
        return node;
    }

    std::string name;
    std::string key_file;
    std::uint16_t port = free_port();
};

struct Pair {
    support::TempDir keys;
    Node a{keys, "a"};
    Node b{keys, "b"};
};

net::Response post(World& world, std::size_t number)
{
    return world.post(world.sign(app::invented_adt(number)));
}

/// What both verifiers say of the evidence of a ledger, with that witness demanded.
void check_verified(World& world, const std::string& tar, const Node& ledger, const Node& witness)
{
    const auto folder = world.folder() / ("evidence-" + ledger.name);
    const auto trust = world.folder() / ("trust-" + ledger.name);
    for (const auto& made : {folder, trust}) {
        fs::create_directory(made);
    }
    fs::copy_file(fs::path(world.trust_folder()) / "root.pem", trust / "root.pem");
    std::ofstream(trust / "keys.vkey") << ledger.ledger_key() << '\n'
                                       << witness.witness_key() << '\n';
    std::ofstream(folder.string() + ".tar", std::ios::binary) << tar;
    const auto puente = std::string(PUENTE_PROGRAM) + " verify --trust " + trust.string() + " " +
                        folder.string() + ".tar";
    const auto script = "tar -xf " + folder.string() + ".tar -C " + folder.string() + " && bash " +
                        folder.string() + "/verify.sh " + trust.string() + " " + folder.string();
    for (const auto& command : {puente, script}) {
        const auto ran = run(command);
        INFO(ran.out);
        CHECK(ran.status == 0);
        CHECK(ran.out.find("1 of the 1") != std::string::npos);
        CHECK(ran.out.find("0 of the 1") == std::string::npos);
    }
}

/// Waits at most 20 s until a line of the metrics ends so.
bool wait_for_metric(World& world, std::string_view begin, std::string_view end)
{
    for (int i = 0; i < 100; ++i) {
        if (metric_line(world, begin).ends_with(end)) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
}

/// Evidence made once both of its leaves were seen.
std::string witnessed_evidence(World& world, const std::string& id)
{
    REQUIRE_FALSE(world.evidence_with(id, "witnessed-completion.tlog-proof").empty());
    return world.evidence(id);
}

void witness_each_other(const std::string& more_a, const std::string& more_b)
{
    const Pair pair;
    const auto outage = "puente_partner_outage{partner=\"" + pair.b.origin() + "\"}";
    World world(pair.a.beside(pair.b, more_a));
    const auto first = post(world, 940'001);  // its witness is not there yet
    REQUIRE(first.status == 201);
    CHECK(world.wait_for(id_of(first), "completed") == "completed");
    CHECK(wait_for_metric(world, outage, " 1"));

    auto other = world.another(pair.b.beside(pair.a, more_b));
    const auto tar = witnessed_evidence(world, id_of(first));
    CHECK(wait_for_metric(world, outage, " 0"));
    check_verified(world, tar, pair.a, pair.b);

    const auto one = world.turn_to(std::move(other));
    const auto second = post(world, 940'002);
    REQUIRE(world.wait_for(id_of(second), "completed") == "completed");
    check_verified(world, witnessed_evidence(world, id_of(second)), pair.b, pair.a);
    CHECK(wait_for_metric(world, "puente_witnessed_checkpoints_total{verdict=\"cosigned\"}", ""));
}

}  // namespace

TEST_CASE("two nodes witness each other, and an exchange never waits for the other",
          "[end_to_end][witness]")
{
    witness_each_other("", "");
}

TEST_CASE("two nodes on PostgreSQL witness each other", "[postgres][witness]")
{
    if (!PostgresServer::available()) {
        return;
    }
    const auto store = [] {
        return "store = \"" + PostgresServer::instance().fresh_url() + "\"\n";
    };
    witness_each_other(store(), store());
}

TEST_CASE("a node put back to yesterday, anchor and all, is told by its witness and signs no more",
          "[end_to_end][witness]")
{
    const Pair pair;
    World world(pair.a.beside(pair.b));
    const auto other = world.another(pair.b.beside(pair.a));
    const auto data = world.folder() / "data-a";
    const auto yesterday = world.folder() / "yesterday";
    REQUIRE_FALSE(world.evidence_with(id_of(post(world, 941'001)), "witnessed.tlog-proof").empty());
    world.local().end(SIGTERM);
    fs::copy(data, yesterday, fs::copy_options::recursive);
    REQUIRE(world.local().start());
    REQUIRE_FALSE(world.evidence_with(id_of(post(world, 941'002)), "witnessed.tlog-proof").empty());
    world.local().end(SIGTERM);
    fs::remove_all(data);
    fs::rename(yesterday, data);
    const auto anchored = support::read_file(data / "anchor");

    REQUIRE(world.local().start());  // nothing in its own folder says otherwise

    CHECK(wait_for_metric(world, "puente_partner_outage{partner=\"ledger\"}", " 1"));
    const auto refused = post(world, 941'003);
    CHECK(refused.status == 500);
    CHECK(refused.body.find("PU-5008") != std::string::npos);
    CHECK(refused.body.find("witnesses") != std::string::npos);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    CHECK(support::read_file(data / "anchor") == anchored);
}

TEST_CASE("a fork is refused in the words of C2SP, and auditors see who showed it",
          "[end_to_end][witness]")
{
    attest_test::Ledger ledger(attest_test::fresh_key());
    auto fork = ledger;
    fork.history = "another";
    ledger.grow_to(5);
    fork.grow_to(5);
    World world(
        {"gateway.toml", "data = \"data\"\nwitnessed_ledgers = [\"" + ledger.vkey() + "\"]\n"});
    const auto ask = [&](const evidence::AddCheckpoint& request) {
        return world.as_sender("POST", "/add-checkpoint", {}, request.to_text());
    };
    const auto first = ask(ledger.asks(0));
    CHECK(first.status == 200);
    CHECK(first.body.starts_with("\xe2\x80\x94 puente.local/ledger-1 "));

    const auto refused = ask(fork.asks(5));

    CHECK(refused.status == 409);
    CHECK(refused.body == "5\n");
    const auto type =
        std::ranges::find(refused.headers, "content-type", &net::Headers::value_type::first);
    REQUIRE(type != refused.headers.end());
    CHECK(type->second == "text/x.tlog.size");
    fork.grow_to(9);
    CHECK(ask(fork.asks(5)).status == 422);
    const auto told = world.as_auditor(
        "GET", "/fhir/AuditEvent?event=ledger-forked",
        {{"exchange-purpose", "HOPERAT"}, {"exchange-justification", "revisión de la bitácora"}});
    CHECK(told.status == 200);
    CHECK(told.body.find(attest_test::kOrigin + " 5 ") != std::string::npos);
    CHECK(told.body.find(attest_test::kOrigin + " 9 ") != std::string::npos);
    CHECK(told.body.find(gateway::crypto::institution_urn(std::string(app::kSenderName))) !=
          std::string::npos);
    CHECK(metric_line(world, "puente_witnessed_checkpoints_total{verdict=\"forked\"}")
              .ends_with(" 2"));
}
