#include "gateway/evidence/verify.hpp"

#include <catch2/catch.hpp>

#include "gateway/evidence/tar.hpp"
#include "scene.hpp"

using namespace gateway::evidence;
using scene::Script;

namespace {

/// The first check that is not ok, as "name: file"; "" when all are.
std::string failure_of(const Report& report)
{
    if (report.ok()) {
        return "";
    }
    REQUIRE_FALSE(report.checks.empty());
    for (std::size_t i = 0; i + 1 < report.checks.size(); ++i) {
        CHECK(report.checks[i].ok);
    }
    return report.checks.back().name + ": " + report.checks.back().file;
}

std::string failure_of(const Script& script)
{
    const auto report = verify(scene::tar_of(script), scene::trust());
    INFO(report.checks.back().detail);
    return failure_of(report);
}

}  // namespace

TEST_CASE("true evidence is found true", "[verify]")
{
    Script script;
    SECTION("of a whole exchange") {}
    SECTION("with every kind of key")
    {
        script.receiver_key =
            GENERATE(gateway::crypto::KeyKind::ed25519, gateway::crypto::KeyKind::rsa2048);
        script.sender_algorithm = gateway::crypto::Algorithm::ps256;
    }
    SECTION("not yet delivered")
    {
        script.delivered = false;
    }
    SECTION("handed to a receiver that cannot sign")
    {
        script.nrr = false;
    }
    SECTION("from a sender that cannot sign")
    {
        script.nro = false;
    }
    SECTION("refused by the receiver")
    {
        script.delivery = [](DeliveryClaims& delivery) {
            delivery.evt = "refused";
            delivery.code = "PU-5004";
            delivery.got = digest_claim("something else");
        };
    }
    SECTION("of a refusal without agreement")
    {
        script = scene::refused();
    }
    SECTION("of a refusal under an agreement")
    {
        script.delivered = false;
        script.request = [](RequestClaims& request) { request.pou = "HMARKT"; };
        script.receipt = [](ReceiptClaims& receipt) {
            receipt.evt = "rejected";
            receipt.code = "PU-4003";
            receipt.decision = {{"agreement", true}, {"purpose", false}};
        };
    }
    CHECK(failure_of(script) == "");
}

TEST_CASE("without trust brought from outside nothing is believed", "[verify]")
{
    const auto tar = scene::tar_of();
    auto trust = scene::trust();

    CHECK(failure_of(verify(tar, {})) == "trust anchors: *.pem");
    trust.vkeys.clear();
    CHECK(failure_of(verify(tar, trust)) == "ledger keys: *.vkey");
    trust = scene::trust();
    trust.anchors_pem.clear();
    CHECK(failure_of(verify(tar, trust)) == "trust anchors: *.pem");
    trust = scene::trust();
    trust.vkeys.pop_back();
    CHECK(failure_of(verify(tar, trust)) == "checkpoint in it: receipt.jws");
}

TEST_CASE("anchors of somebody else prove nothing", "[verify]")
{
    auto trust = scene::trust();
    const auto other =
        gateway::crypto::Authority::make("otra", {}, {base::from_seconds(1LL << 32)});
    trust.anchors_pem = other->certificate().pem();

    CHECK(failure_of(verify(scene::tar_of(), trust)) ==
          "certificate at the time of signing: manifest.jws");
}

TEST_CASE("one changed bit of any file is found and the file named", "[verify]")
{
    const auto trust = scene::trust();
    const auto files = read_tar(scene::tar_of()).value();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto size = files[i].bytes.size();
        for (const auto place : {std::size_t{0}, size / 3, size / 2, size - 1}) {
            for (const int bit : {0, 3, 6}) {
                auto changed = files;
                auto& byte = changed[i].bytes[place];
                byte = static_cast<char>(byte ^ (1 << bit));
                CAPTURE(files[i].name, place, bit);

                const auto report = verify(write_tar(changed).value(), trust);

                REQUIRE_FALSE(report.ok());
                CHECK(report.checks.back().file == files[i].name);
            }
        }
    }
}

TEST_CASE("a file taken away or put in is found and named", "[verify]")
{
    const auto trust = scene::trust();
    const auto files = read_tar(scene::tar_of()).value();
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto fewer = files;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        CAPTURE(files[i].name);

        const auto report = verify(write_tar(fewer).value(), trust);

        REQUIRE_FALSE(report.ok());
        CHECK(report.checks.back().file == files[i].name);
    }
    auto more = files;
    more.push_back({"zz.txt", "one more"});
    CHECK(failure_of(verify(write_tar(more).value(), trust)) == "digest in the manifest: zz.txt");
}

TEST_CASE("no byte of the tar can change unseen", "[verify]")
{
    const auto trust = scene::trust();
    const auto tar = scene::tar_of();
    std::size_t unseen = 0;
    std::size_t unnamed = 0;
    for (std::size_t place = 0; place < tar.size(); place += 61) {
        auto changed = tar;
        changed[place] = static_cast<char>(changed[place] ^ (1 << (place % 8)));
        const auto report = verify(changed, trust);
        unseen += report.ok() ? 1 : 0;
        unnamed += report.checks.back().file.empty() ? 1 : 0;
    }
    CHECK(unseen == 0);
    CHECK(unnamed == 0);
    CHECK_FALSE(verify(tar.substr(0, tar.size() - 512), trust).ok());
    CHECK_FALSE(verify(tar + std::string(512, 'x'), trust).ok());
    CHECK_FALSE(verify("", trust).ok());
}

TEST_CASE("a request that says another thing than the receipt is found", "[verify]")
{
    Script script;
    SECTION("bytes")
    {
        script.request = [](auto& claims) { claims.dig = digest_claim("x"); };
    }
    SECTION("purpose")
    {
        script.request = [](auto& claims) { claims.pou = "HPAYMT"; };
    }
    SECTION("agreement")
    {
        script.request = [](auto& claims) { claims.agr.version = "2"; };
    }
    SECTION("receiver")
    {
        script.request = [](auto& claims) { claims.aud.pop_back(); };
    }
    SECTION("identity")
    {
        script.request = [](auto& claims) { claims.jti = "another"; };
    }
    SECTION("world")
    {
        script.request = [](auto& claims) { claims.env = "production"; };
    }
    CHECK(failure_of(script) == "matches the receipt: request.jws");
}

TEST_CASE("a signer who speaks for somebody else is found", "[verify]")
{
    Script script;
    SECTION("request")
    {
        script.request = [](auto& claims) { claims.iss = "urn:puente:institution:otro"; };
        CHECK(failure_of(script) == "certificate of its issuer: request.jws");
    }
    SECTION("receipt")
    {
        script.receipt = [](auto& claims) { claims.iss = "urn:puente:gateway:otra"; };
        CHECK(failure_of(script) == "certificate of its issuer: receipt.jws");
    }
    SECTION("delivery")
    {
        script.delivery = [](auto& claims) { claims.iss = claims.aud; };
        CHECK(failure_of(script) == "certificate of its issuer: delivery.jws");
    }
    SECTION("agreement")
    {
        script.signature = [](auto& claims) { claims.iss = "urn:puente:institution:otro"; };
        CHECK(failure_of(script) == "certificate of its issuer: agreement.1.jws");
    }
}

TEST_CASE("a receipt that does not stand is found", "[verify]")
{
    Script script;
    SECTION("a clause denies and yet it was accepted")
    {
        script.receipt = [](auto& claims) { claims.decision[1].permits = false; };
        CHECK(failure_of(script) == "every clause permits: receipt.jws");
    }
    SECTION("accepted without a decision")
    {
        script.receipt = [](auto& claims) { claims.decision.clear(); };
        CHECK(failure_of(script) == "every clause permits: receipt.jws");
    }
    SECTION("accepted without an agreement")
    {
        script = scene::refused();
        script.receipt = [edit = script.receipt](auto& claims) {
            edit(claims);
            claims.evt = "accepted";
            claims.code.clear();
        };
        script.nro = false;
        CHECK(failure_of(script) == "no agreement was found: receipt.jws");
    }
    SECTION("of another outcome")
    {
        script.receipt = [](auto& claims) { claims.issues = digest_claim("{}"); };
        CHECK(failure_of(script) == "digest: outcome.json");
    }
    SECTION("of other records")
    {
        script.receipt = [](auto& claims) { claims.manifest = digest_claim(""); };
        CHECK(failure_of(script) == "digest: records.ndjson");
    }
    SECTION("of another request")
    {
        script.receipt = [](auto& claims) { claims.req = digest_claim(""); };
        CHECK(failure_of(script) == "digest: request.jws");
    }
    SECTION("signed when its certificate was not yet valid")
    {
        script.receipt = [](auto& claims) { claims.iat = 1'000'000'000; };
        CHECK(failure_of(script) == "certificate at the time of signing: receipt.jws");
    }
    SECTION("with a checkpoint of no ledger")
    {
        script.receipt = [](auto& claims) { claims.checkpoint[0] = 'q'; };
        CHECK(failure_of(script) == "checkpoint in it: receipt.jws");
    }
}

TEST_CASE("an agreement that its parties did not sign is found", "[verify]")
{
    Script script;
    SECTION("of other bytes")
    {
        script.signature = [](auto& claims) { claims.dig = digest_claim("other"); };
        CHECK(failure_of(script) == "signs this agreement: agreement.1.jws");
    }
    SECTION("signed by one")
    {
        script.documents = [](scene::Documents& documents) {
            std::erase_if(documents,
                          [](const auto& file) { return file.name == "agreement.2.jws"; });
        };
        CHECK(failure_of(script) == "signed by its parties: agreement.json");
    }
    SECTION("not the one of the receipt")
    {
        script.documents = [](scene::Documents& documents) {
            for (auto& file : documents) {
                file.bytes += file.name == "agreement.json" ? " " : "";
            }
        };
        CHECK(failure_of(script) == "digest: agreement.json");
    }
}

TEST_CASE("a ledger that tells another story is found", "[verify]")
{
    Script script;
    SECTION("another receipt")
    {
        script.leaf = [](auto& leaf) { leaf.jws = digest_claim("another"); };
        CHECK(failure_of(script) == "stands for receipt.jws: leaf.json");
    }
    SECTION("another place")
    {
        script.leaf = [](auto& leaf) { leaf.seq += 1; };
        CHECK(failure_of(script) == "stands for receipt.jws: leaf.json");
    }
    SECTION("another path")
    {
        script.proof = [](auto& proof) { proof.hashes[0][0] ^= 1U; };
        CHECK(failure_of(script) == "inclusion in the ledger: leaf.tlog-proof");
    }
    SECTION("another index")
    {
        script.proof = [](auto& proof) { proof.index += 1; };
        CHECK(failure_of(script) == "inclusion in the ledger: leaf.tlog-proof");
    }
    SECTION("another size")
    {
        script.proof = [](auto& proof) {
            proof.checkpoint.replace(proof.checkpoint.find("\n300\n"), 5, "\n301\n");
        };
        CHECK(failure_of(script) ==
              "checkpoint signed by a ledger that is trusted: leaf.tlog-proof");
    }
    SECTION("another ledger")
    {
        script.receipt = [](auto& claims) { claims.log.origin = "puente.example/ledger-2"; };
        CHECK(failure_of(script) ==
              "checkpoint signed by a ledger that is trusted: leaf.tlog-proof");
    }
}

TEST_CASE("a delivery or completion of something else is found", "[verify]")
{
    Script script;
    SECTION("other bytes")
    {
        script.delivery = [](auto& claims) { claims.got = digest_claim("other"); };
        CHECK(failure_of(script) == "received what was sent: delivery.jws");
    }
    SECTION("another receipt")
    {
        script.delivery = [](auto& claims) { claims.rcpt = digest_claim("other"); };
        CHECK(failure_of(script) == "digest: receipt.jws");
    }
    SECTION("to another gateway")
    {
        script.delivery = [](auto& claims) { claims.aud = "urn:puente:gateway:otra"; };
        CHECK(failure_of(script) == "by the receiver, to this gateway: delivery.jws");
    }
    SECTION("another exchange")
    {
        script.completion = [](auto& claims) { claims.exch = "another"; };
        CHECK(failure_of(script) == "completes this exchange: completion.jws");
    }
    SECTION("another delivery")
    {
        script.completion = [](auto& claims) { claims.dlv = digest_claim("another"); };
        CHECK(failure_of(script) == "digest: delivery.jws");
    }
    SECTION("a completion that hides the countersignature")
    {
        script.completion = [](auto& claims) {
            claims.nrr = false;
            claims.dlv.clear();
            claims.transport = "route:x";
        };
        CHECK(failure_of(script) == "no countersignature (nrr:false): completion.jws");
    }
}
