#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "gateway/evidence/embedded.hpp"
#include "gateway/evidence/tar.hpp"
#include "scene.hpp"
#include "tests/support/files.hpp"

using namespace gateway::evidence;
using scene::Script;

namespace {

void write_file(const std::filesystem::path& path, std::string_view bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

struct Ran {
    int status = -1;
    std::string output;
    std::string last_line;
};

/// A fresh folder where an evidence tar is extracted by tar(1) and checked by verify.sh.
class Desk {
public:
    Desk()
    {
        const auto trust = scene::trust();
        write_file(folder_ / "anchors/root.pem", trust.anchors_pem);
        write_file(folder_ / "anchors/ledgers.vkey", trust.vkeys[0] + '\n' + trust.vkeys[1] + '\n');
        write_file(folder_ / "verify.sh", kVerifyScript);
    }

    [[nodiscard]] std::filesystem::path anchors() const { return folder_ / "anchors"; }
    [[nodiscard]] std::filesystem::path evidence() const { return folder_ / "evidence"; }

    void extract(std::string_view tar) const
    {
        std::filesystem::remove_all(evidence());
        std::filesystem::create_directories(evidence());
        write_file(folder_ / "evidence.tar", tar);
        REQUIRE(shell("tar -xf evidence.tar -C evidence") == 0);
    }

    [[nodiscard]] Ran run(const std::string& script = "../verify.sh ../anchors") const
    {
        Ran ran;
        ran.status = shell("cd evidence && bash " + script + " > ../report 2> ../errors");
        ran.output = support::read_file(folder_ / "report");
        const auto end = ran.output.find_last_not_of('\n');
        if (end != std::string::npos) {
            const auto start = ran.output.rfind('\n', end) + 1;
            ran.last_line = ran.output.substr(start, end + 1 - start);
        }
        return ran;
    }

private:
    [[nodiscard]] int shell(const std::string& command) const
    {
        const auto line = "cd '" + folder_.path().string() + "' && " + command;
        return WEXITSTATUS(std::system(line.c_str()));  // NOLINT(cert-env33-c)
    }

    support::TempDir folder_;
};

const std::set<std::string_view> kChanged{"README.txt",        "agreement.1.pem", "agreement.json",
                                          "certs/gateway.pem", "leaf.tlog-proof", "manifest.jws",
                                          "receipt.jws",       "verify.sh"};

/// "FAIL  check   file": the file.
std::string file_of(const std::string& line)
{
    return line.starts_with("FAIL  ") ? line.substr(line.rfind(' ') + 1) : line;
}

}  // namespace

TEST_CASE("the binary carries verify.sh as it is in the sources", "[script]")
{
    const auto folder = support::project_root() / "gateway/evidence";
    CHECK(kVerifyScript == support::read_file(folder / "verify.sh"));
    CHECK(kReadme == support::read_file(folder / "tar_readme.txt"));
}

TEST_CASE("verify.sh finds true evidence true", "[script]")
{
    Script script;
    SECTION("with the tar's own copy") {}
    SECTION("of Ed25519 and PS256")
    {
        script.receiver_key = gateway::crypto::KeyKind::ed25519;
        script.sender_algorithm = gateway::crypto::Algorithm::ps256;
    }
    SECTION("where nobody but the gateway signs")
    {
        script.nro = false;
        script.nrr = false;
    }
    SECTION("of a refusal")
    {
        script = scene::refused();
    }
    const Desk desk;
    desk.extract(scene::tar_of(script));

    const auto ran = desk.run("./verify.sh ../anchors");

    INFO(ran.output);
    CHECK(ran.status == 0);
    CHECK(ran.last_line == "ok    everything");
}

TEST_CASE("verify.sh believes nothing without anchors from outside", "[script]")
{
    const Desk desk;
    desk.extract(scene::tar_of());

    CHECK(desk.run("../verify.sh").status == 2);
    CHECK(file_of(desk.run("../verify.sh certs").last_line) == "*.pem");
    CHECK(file_of(desk.run("../verify.sh /nowhere").last_line) == "*.pem");
    std::filesystem::rename(desk.anchors() / "ledgers.vkey", desk.anchors() / "ledgers.txt");
    CHECK(file_of(desk.run().last_line) == "*.vkey");

    write_file(desk.anchors() / "ledgers.vkey", scene::trust().vkeys[0] + '\n');
    CHECK(file_of(desk.run().last_line) == "receipt.jws");
    const auto other =
        gateway::crypto::Authority::make("otra", {}, {base::from_seconds(1LL << 32)});
    write_file(desk.anchors() / "root.pem", other->certificate().pem());
    CHECK(file_of(desk.run().last_line) == "manifest.jws");
}

TEST_CASE("verify.sh finds one changed bit in any file and names the file", "[script]")
{
    const Desk desk;
    const auto tar = scene::tar_of();
    const auto files = read_tar(tar).value();
    desk.extract(tar);
    for (const auto& [name, bytes] : files) {
        if (!kChanged.contains(name)) {
            continue;  // verify_test changes every file; here one of each kind, for time
        }
        auto changed = bytes;
        changed[bytes.size() / 2] = static_cast<char>(changed[bytes.size() / 2] ^ 2);
        write_file(desk.evidence() / name, changed);
        CAPTURE(name);

        const auto ran = desk.run();

        INFO(ran.output);
        CHECK(ran.status == 1);
        CHECK(file_of(ran.last_line) == name);
        write_file(desk.evidence() / name, bytes);
    }
    CHECK(desk.run().status == 0);
    write_file(desk.evidence() / "zz.txt", "one more");
    CHECK(file_of(desk.run().last_line) == "zz.txt");
    std::filesystem::remove(desk.evidence() / "zz.txt");
    std::filesystem::remove(desk.evidence() / "outcome.json");
    CHECK(file_of(desk.run().last_line) == "outcome.json");
}

TEST_CASE("verify.sh finds what is signed but not true", "[script]")
{
    Script script;
    std::string line;
    SECTION("another purpose")
    {
        script.request = [](auto& claims) { claims.pou = "HPAYMT"; };
        line = "matches the receipt request.jws";
    }
    SECTION("another issuer")
    {
        script.receipt = [](auto& claims) { claims.iss = "urn:puente:gateway:otra"; };
        line = "certificate of its issuer receipt.jws";
    }
    SECTION("a clause that denies")
    {
        script.receipt = [](auto& claims) { claims.decision[1].permits = false; };
        line = "every clause permits receipt.jws";
    }
    SECTION("a certificate not yet valid")
    {
        script.receipt = [](auto& claims) { claims.iat = 1'000'000'000; };
        line = "certificate at the time of signing receipt.jws";
    }
    SECTION("another agreement")
    {
        script.signature = [](auto& claims) { claims.dig = digest_claim("other"); };
        line = "signs this agreement agreement.1.jws";
    }
    SECTION("another leaf")
    {
        script.leaf = [](auto& leaf) { leaf.jws = digest_claim("another"); };
        line = "stands for receipt.jws leaf.json";
    }
    SECTION("another path")
    {
        script.proof = [](auto& proof) { proof.hashes[2][0] ^= 1U; };
        line = "inclusion in the ledger leaf.tlog-proof";
    }
    SECTION("another tree")
    {
        script.proof = [](auto& proof) {
            proof.checkpoint.replace(proof.checkpoint.find("\n300\n"), 5, "\n301\n");
        };
        line = "checkpoint signed by a ledger that is trusted leaf.tlog-proof";
    }
    SECTION("other bytes delivered")
    {
        script.delivery = [](auto& claims) { claims.got = digest_claim("other"); };
        line = "received what was sent delivery.jws";
    }
    SECTION("another delivery")
    {
        script.completion = [](auto& claims) { claims.dlv = digest_claim("another"); };
        line = "digest delivery.jws";
    }
    const Desk desk;
    desk.extract(scene::tar_of(script));

    const auto ran = desk.run();

    INFO(ran.output);
    CHECK(ran.status == 1);
    std::string words;  // the report without the blanks that align it
    for (const char c : ran.last_line) {
        if (c != ' ' || !words.ends_with(' ')) {
            words += c;
        }
    }
    CHECK(words == "FAIL " + line);
}
