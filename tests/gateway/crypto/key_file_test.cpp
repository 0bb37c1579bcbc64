#include <catch2/catch.hpp>
#include <cstdlib>

#include "gateway/crypto/key.hpp"
#include "tests/support/files.hpp"

using namespace gateway::crypto;

namespace {

/// Runs openssl in `folder`; stdin is closed, so that a prompt would fail instead of wait.
bool openssl(const support::TempDir& folder, const std::string& arguments)
{
    const auto command =
        "cd " + folder.path().string() + " && openssl " + arguments + " </dev/null >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
}

}  // namespace

TEST_CASE("an encrypted PKCS#8 key opens with its passphrase and with no other", "[crypto]")
{
    const support::TempDir folder;
    REQUIRE(openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out plain"));
    const auto [options, form] = GENERATE(table<std::string, std::string>({
        {"-v2 aes-256-cbc -v2prf hmacWithSHA256", "PEM"},
        {"-scrypt", "PEM"},
        {"-v2 des3", "DER"},  // as the SAT issues the .key of an e.firma
        {"-v2 aes-256-cbc", "DER"},
    }));
    CAPTURE(options, form);
    REQUIRE(openssl(folder, "pkcs8 -topk8 -in plain -out key -outform " + form + " " + options +
                                " -passout pass:12345678a"));
    const auto path = (folder / "key").string();
    const auto plain = PrivateKey::from_file((folder / "plain").string()).value();

    CHECK(PrivateKey::from_file(path, "12345678a").value().public_der() == plain.public_der());
    for (const auto* const wrong : {"", "12345678A", "12345678a "}) {
        const auto key = PrivateKey::from_file(path, wrong);
        REQUIRE_FALSE(key);
        CHECK(key.error().code == base::Errc::unusable_key);
        CHECK(key.error().where == path);
    }
}

TEST_CASE("a passphrase of any length opens or is refused, never cut", "[crypto]")
{
    const support::TempDir folder;
    const std::string word(900, 'p');
    REQUIRE(openssl(folder, "genpkey -algorithm ED25519 -out plain"));
    REQUIRE(openssl(folder, "pkcs8 -topk8 -in plain -out key -passout pass:" + word));
    const auto path = (folder / "key").string();

    CHECK(PrivateKey::from_file(path, word));
    CHECK_FALSE(PrivateKey::from_file(path, word + "p"));
    CHECK_FALSE(PrivateKey::from_file(path, std::string(5000, 'p')));
}
