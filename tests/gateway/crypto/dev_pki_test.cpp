#include "gateway/crypto/dev_pki.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

unsigned int mode_of(const std::filesystem::path& path)
{
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

const DevPkiPlan kPlan{"urn:puente:gateway:demo",
                       {"hospital-norte", "telemedicina"},
                       support::kNow,
                       {support::kNow.microseconds + 86'400'000'000}};

}  // namespace

TEST_CASE("openssl verifies every certificate of a development PKI for its purpose", "[crypto]")
{
    const support::TempDir folder;
    REQUIRE(write_dev_pki(folder.path().string(), kPlan));

    const std::string ca = "openssl verify -x509_strict -attime 1795222800 -CAfile " +
                           (folder / "ca/root.pem").string() + " ";
    const auto verifies = [&](const std::string& options, const std::string& file) {
        return std::system((ca + options + " " + (folder / file).string() + " >/dev/null").c_str());
    };
    CHECK(verifies("-purpose sslserver -verify_hostname localhost -verify_ip 127.0.0.1",
                   "gateway/tls.pem") == 0);
    CHECK(verifies("-purpose sslserver -verify_ip ::1", "gateway/tls.pem") == 0);
    CHECK(verifies("-purpose sslclient", "gateway/tls.pem") == 0);
    CHECK(verifies("-purpose sslserver -verify_hostname example.mx 2>/dev/null",
                   "gateway/tls.pem") != 0);
    CHECK(verifies("-purpose any", "gateway/signing.pem") == 0);
    for (const auto& name : kPlan.institutions) {
        const auto own = "institutions/" + name;
        CHECK(verifies("-purpose sslclient", own + "/tls.pem") == 0);
        CHECK(verifies("-purpose sslserver -verify_hostname localhost", own + "/tls.pem") == 0);
        CHECK(verifies("-purpose any", own + "/signing.pem") == 0);
    }
}

TEST_CASE("every key of a development PKI is its owner's alone and fits its certificate",
          "[crypto]")
{
    const support::TempDir folder;
    REQUIRE(write_dev_pki(folder.path().string(), kPlan));
    const auto [stem, algorithm, uri] = GENERATE(table<std::string, Algorithm, std::string>({
        {"ca/root", Algorithm::es256, ""},
        {"gateway/tls", Algorithm::es256, "urn:puente:gateway:demo"},
        {"gateway/signing", Algorithm::es256, "urn:puente:gateway:demo"},
        {"institutions/hospital-norte/tls", Algorithm::es256,
         "urn:puente:institution:hospital-norte"},
        {"institutions/telemedicina/signing", Algorithm::rs256,
         "urn:puente:institution:telemedicina"},
    }));
    CAPTURE(stem);

    const auto key = PrivateKey::from_file((folder / (stem + ".key")).string()).value();
    const auto certificate = Certificate::from_file((folder / (stem + ".pem")).string()).value();

    CHECK(mode_of(folder / (stem + ".key")) == 0600U);
    CHECK(key.algorithm() == algorithm);
    CHECK(certificate.uri() == uri);
    CHECK(certificate.public_key()->der() == key.public_der());
}

TEST_CASE("the ledger of a development PKI signs with Ed25519", "[crypto]")
{
    const support::TempDir folder;
    REQUIRE(write_dev_pki(folder.path().string(), kPlan));

    const auto key = PrivateKey::from_file((folder / "gateway/ledger.key").string()).value();

    CHECK(key.algorithm() == Algorithm::eddsa);
    CHECK(mode_of(folder / "gateway/ledger.key") == 0600U);
}

TEST_CASE("a development PKI never overwrites another", "[crypto]")
{
    const support::TempDir folder;
    REQUIRE(write_dev_pki(folder.path().string(), kPlan));
    const auto before = support::read_file(folder / "ca/root.key");

    const auto again = write_dev_pki(folder.path().string(), kPlan);

    REQUIRE_FALSE(again);
    CHECK(again.error().code == base::Errc::wrong_usage);
    CHECK(support::read_file(folder / "ca/root.key") == before);
}

TEST_CASE("a name that is no plain name makes no PKI and no file", "[crypto]")
{
    const support::TempDir folder;
    for (const auto* const name : {"", "..", "../x", "a/b", "A", "a b", "a,DNS:evil.mx", "ñ"}) {
        auto plan = kPlan;
        plan.institutions = {name};
        CHECK(write_dev_pki(folder.path().string(), plan).error().where == "institution");
    }
    for (const auto* const urn : {"", "puente", "urn:puente:x,DNS:evil.mx", "urn:a b"}) {
        auto plan = kPlan;
        plan.gateway = urn;
        CHECK(write_dev_pki(folder.path().string(), plan).error().where == "gateway");
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}
