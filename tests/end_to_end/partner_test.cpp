#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

#include "gateway/app/bench.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "tests/contract/postgres_server.hpp"
#include "tests/end_to_end/world.hpp"

namespace {

using namespace end_to_end;
using contract::PostgresServer;
namespace fs = std::filesystem;

/// Two worlds in one folder, prueba and produccion, each with its own authority, gateway and
/// ledger; and the folders of the institution that wants to come in.
class Onboarding {
public:
    explicit Onboarding(bool postgres = false)
    {
        for (const std::string world : {"prueba", "produccion"}) {
            const auto store =
                postgres ? "store = \"" + PostgresServer::instance().fresh_url() + "\"\n" : "";
            need("key dev-pki --out " + world + "/pki --gateway urn:puente:gateway:" + world +
                 " --origin puente.local/" + world + " administracion hospital-norte");
            write(world + "/gateway.toml",
                  "env = \"" + std::string(world == "prueba" ? "test" : "production") +
                      "\"\nname = \"urn:puente:gateway:" + world +
                      "\"\nledger_origin = " + "\"puente.local/" + world + "\"\n" + store +
                      "data = \"data\"\nexchange_port = 0\n" +
                      "people_port = 0\nhealth_port = 0\nmllp_port = 0\n"
                      "tls_certificate = \"pki/gateway/tls.pem\"\n"
                      "tls_key = \"pki/gateway/tls.key\"\nclient_ca = \"pki/ca/root.pem\"\n"
                      "signing_certificate = \"pki/gateway/signing.pem\"\n"
                      "signing_key = \"pki/gateway/signing.key\"\n"
                      "ledger_key = \"pki/gateway/ledger.key\"\n"
                      "trust_anchors = \"pki/ca/root.pem\"\n\n[[institution]]\n"
                      "id = \"urn:puente:institution:administracion\"\n"
                      "roles = [\"administrator\"]\n");
        }
        write("muestras/alta.hl7", gateway::app::invented_adt(930'001));
        write("muestras/resultado.hl7", gateway::app::invented_oru(930'002));
    }
    ~Onboarding()
    {
        for (const auto& [world, pid] : pids_) {
            shell("kill " + pid + "; while kill -0 " + pid + " 2>/dev/null; do sleep 0.05; done");
        }
    }
    Onboarding(const Onboarding&) = delete;
    Onboarding& operator=(const Onboarding&) = delete;

    void write(const std::string& name, const std::string& text)
    {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] std::string read(const std::string& name) const
    {
        return support::read_file(folder_ / name);
    }
    [[nodiscard]] bool exists(const std::string& name) const { return fs::exists(folder_ / name); }
    Outcome shell(const std::string& command)
    {
        return run("cd " + folder_.path().string() + " && { " + command + "; }");
    }
    Outcome puente(const std::string& arguments)
    {
        return shell(std::string(PUENTE_PROGRAM) + " " + arguments);
    }
    void need(const std::string& arguments)
    {
        const auto outcome = puente(arguments);
        INFO(arguments << "\n" << outcome.out);
        REQUIRE(outcome.status == 0);
    }

    /// Invited, with keys of its own and certificates of that world's authority.
    void enrol(const std::string& world)
    {
        const auto config = " --config " + world + "/gateway.toml";
        need("partner invite hospital-sur" + config +
             " --title 'Hospital General del Sur' --clues DFSSA004072 --role sender");
        need("key request --out sur/" + world + " hospital-sur");
        need("partner enrol hospital-sur" + config + " --tls-csr sur/" + world +
             "/tls.csr --signing-csr sur/" + world + "/signing.csr --ca " + world +
             "/pki/ca/root.pem --ca-key " + world + "/pki/ca/root.key");
    }

    /// Drawn up, signed by both parties and installed.
    void agree(const std::string& world)
    {
        const auto own = world + "/partners/hospital-sur/signing.pem";
        const auto other = world + "/pki/institutions/hospital-norte/signing";
        const auto side = [](const std::string& which, const std::string& certificate) {
            return " --" + which + "-cert " + certificate + " --" + which + "-name Hospital --" +
                   which + "-rfc RET130705MD5 --" + which + "-clues DFSSA004072 --" + which +
                   "-signatory Titular --" + which + "-position Titular";
        };
        need("agreement new sur-norte" + side("from", own) + side("to", other + ".pem") + " > " +
             world + "/convenio.json");
        static const std::regex types(R"("resource_types":\s*\[[^\]]*\])");
        auto text = std::regex_replace(
            read(world + "/convenio.json"), types,
            R"("resource_types": ["MessageHeader", "Provenance", "Patient", "RelatedPerson",
 "Encounter", "Condition", "Observation", "DiagnosticReport", "ServiceRequest", "Specimen",
 "Practitioner", "PractitionerRole", "Organization", "Location", "AllergyIntolerance",
 "Procedure", "Coverage", "Account", "DocumentReference"])");
        if (world == "produccion") {
            static const std::regex env(R"("env":\s*"test")");
            text = std::regex_replace(text, env, R"("env": "production")");
        }
        write(world + "/convenio.json", text);
        need("agreement sign " + world + "/convenio.json --key sur/" + world +
             "/signing.key --cert " + own);
        need("agreement sign " + world + "/convenio.json --key " + other + ".key --cert " + other +
             ".pem");
        need("partner enrol hospital-sur --config " + world + "/gateway.toml --agreement " + world +
             "/convenio.json");
    }

    void serve(const std::string& world)
    {
        shell("(" + std::string(PUENTE_PROGRAM) + " serve --config " + world + "/gateway.toml > " +
              world + "/ready 2> " + world + "/log < /dev/null & echo $! > " + world + "/pid)");
        for (int i = 0; i < 100 && read(world + "/ready").find('\n') == std::string::npos; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        pids_.emplace_back(world, std::to_string(std::stoi(read(world + "/pid"))));
        INFO(read(world + "/log"));
        REQUIRE(read(world + "/ready").find("ready ") == 0);
    }
    void reload(const std::string& world)
    {
        shell("kill -HUP $(cat " + world + "/pid)");
        for (int i = 0; i < 100 && read(world + "/log").rfind("reloaded") == std::string::npos;
             ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        INFO(read(world + "/log"));
        REQUIRE(read(world + "/log").rfind("reloaded") != std::string::npos);
    }

    /// As the institution does it, from its own machine.
    Outcome send(const std::string& world)
    {
        const auto ready = read(world + "/ready");
        const auto begin = ready.find("127.0.0.1:") + std::string("127.0.0.1:").size();
        const auto port = ready.substr(begin, ready.find(' ', begin) - begin);
        const auto keys = "sur/" + world;
        const auto certificates = world + "/partners/hospital-sur";
        return puente("send --url https://localhost:" + port + " --key " + keys +
                      "/signing.key --cert " + certificates + "/signing.pem --tls-key " + keys +
                      "/tls.key --tls-cert " + certificates + "/tls.pem --ca " + world +
                      "/pki/ca/root.pem --agreement " + world +
                      "/convenio.json --purpose TREAT --gateway urn:puente:gateway:" + world +
                      " --out sur/" + world + "/recibos muestras");
    }

private:
    support::TempDir folder_;
    std::vector<std::pair<std::string, std::string>> pids_;
};

const std::string kHomologate =
    "partner homologate hospital-sur --config prueba/gateway.toml muestras";
const std::string kPromote =
    "partner promote hospital-sur --config produccion/gateway.toml --report "
    "prueba/partners/hospital-sur/homologation.json --key ";
const std::string kAdministrator =
    "produccion/pki/institutions/administracion/signing.key --cert "
    "produccion/pki/institutions/administracion/signing.pem";

}  // namespace

TEST_CASE("an institution goes from its invitation to its first accepted production exchange",
          "[end_to_end][partner]")
{
    const bool postgres = GENERATE(false, true);
    if (postgres && !PostgresServer::available()) {
        return;
    }
    CAPTURE(postgres);
    Onboarding onboarding(postgres);
    onboarding.enrol("prueba");
    onboarding.agree("prueba");

    // Nothing was sent yet: the report says so, and nobody is promoted by it.
    onboarding.serve("prueba");
    const auto early = onboarding.puente(kHomologate);
    CHECK(early.status != 0);
    CHECK(early.out.find("no ha enviado este archivo") != std::string::npos);
    onboarding.enrol("produccion");
    onboarding.agree("produccion");
    const auto refused = onboarding.puente(kPromote + kAdministrator);
    CHECK(refused.status != 0);
    CHECK(refused.out.find("homologation.json passed") != std::string::npos);

    // The samples by its own hand, with its own keys, while the gateway works.
    const auto tried = onboarding.send("prueba");
    INFO(tried.out);
    REQUIRE(tried.status == 0);
    const auto report = onboarding.puente(kHomologate);
    INFO(report.out);
    REQUIRE(report.status == 0);
    CHECK(report.out.find("hojas: ") != std::string::npos);
    CHECK(report.out.find("Aprobada") != std::string::npos);
    CHECK(onboarding.exists("prueba/partners/hospital-sur/homologation.txt"));

    // Enrolled in production, it is still nobody there.
    onboarding.serve("produccion");
    CHECK(onboarding.send("produccion").status != 0);
    CHECK(onboarding.read("produccion/log").find("is not accepted") != std::string::npos);

    onboarding.need(kPromote + kAdministrator);
    onboarding.reload("produccion");
    const auto first = onboarding.send("produccion");
    INFO(first.out << onboarding.read("produccion/log"));
    REQUIRE(first.status == 0);
    for (const auto& entry : fs::directory_iterator(
             onboarding.shell("pwd").out.substr(0, onboarding.shell("pwd").out.find('\n')) +
             "/sur/produccion/recibos")) {
        const auto receipt = support::read_file(entry.path());
        const auto token = gateway::crypto::read_jws(receipt, gateway::evidence::kReceiptTyp);
        REQUIRE(token);
        CHECK(member(token->claims, "env") == "production");
        CHECK(member(token->claims, "evt") == "accepted");
    }
}

TEST_CASE("a production gateway takes no promotion that was not signed for these very files",
          "[end_to_end][partner]")
{
    Onboarding onboarding;
    onboarding.enrol("prueba");
    onboarding.agree("prueba");
    onboarding.serve("prueba");
    REQUIRE(onboarding.send("prueba").status == 0);
    REQUIRE(onboarding.puente(kHomologate).status == 0);
    onboarding.enrol("produccion");

    const auto norte = std::string("produccion/pki/institutions/hospital-norte/signing");
    const auto other = onboarding.puente(kPromote + norte + ".key --cert " + norte + ".pem");
    CHECK(other.status != 0);
    CHECK(other.out.find("promotion.jws iss") != std::string::npos);

    onboarding.need(kPromote + kAdministrator);
    onboarding.agree("produccion");
    const auto file = std::string("produccion/partners/hospital-sur/partner.toml");
    onboarding.write(file, onboarding.read(file) + "\n");
    onboarding.serve("produccion");
    CHECK(onboarding.send("produccion").status != 0);
    CHECK(onboarding.read("produccion/log").find("is not accepted: PU-5004") != std::string::npos);
}

TEST_CASE("all that is missing is told at once, and a stranger's request is refused",
          "[end_to_end][partner]")
{
    Onboarding onboarding;
    const auto bare = onboarding.puente("partner invite");
    CHECK(bare.status != 0);
    for (const auto* option : {"NAME", "--config", "--title", "--clues", "--role"}) {
        CHECK(bare.out.find(option) != std::string::npos);
    }
    onboarding.need(
        "partner invite hospital-sur --config prueba/gateway.toml --title 'Hospital del Sur' "
        "--clues DFSSA004072 --role sender");
    onboarding.need("key request --out otro hospital-otro");
    const auto stranger = onboarding.puente(
        "partner enrol hospital-sur --config prueba/gateway.toml --tls-csr otro/tls.csr "
        "--signing-csr otro/signing.csr --ca prueba/pki/ca/root.pem --ca-key "
        "prueba/pki/ca/root.key");
    CHECK(stranger.status != 0);
    CHECK(stranger.out.find("PU-5003") != std::string::npos);
    CHECK_FALSE(onboarding.exists("prueba/partners/hospital-sur/partner.toml"));
}
