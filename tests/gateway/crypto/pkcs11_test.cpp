#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include "gateway/crypto/jws.hpp"
#include "gateway/crypto/key.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pki.hpp"

using namespace gateway::crypto;

namespace {

constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";

bool runs(const std::string& command)
{
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::string uri_of(const std::string& object, const std::string& name = "prueba")
{
    return "pkcs11:token=" + name + ";object=" + object + ";type=private?module-path=" + kModule;
}

/// A SoftHSM token with a P-256, an RSA-2048 and a P-384 key, once for the program; null, with one
/// clear line, where SoftHSM or the engine is not installed.
const support::TempDir* token()
{
    static const support::TempDir folder;
    static const bool made = [] {
        if (!std::filesystem::exists(kModule) || !runs("openssl engine pkcs11") ||
            !runs("command -v pkcs11-tool")) {
            std::cout << "skipped: softhsm2, opensc or libengine-pkcs11-openssl is not installed\n";
            return false;
        }
        std::ofstream(folder / "softhsm2.conf")
            << "directories.tokendir = " << folder.path().string() << "/\n";
        setenv("SOFTHSM2_CONF", (folder / "softhsm2.conf").c_str(), 1);
        const auto make_key = [](const std::string& name, const std::string& key) {
            return runs(std::string("pkcs11-tool --module ") + kModule + " --login --token-label " +
                        name + " --keypairgen --key-type " + key);
        };
        const std::string init = "softhsm2-util --init-token --free --so-pin 4321 --label ";
        return runs(init + "prueba --pin 1234") && runs(init + "cerrado --pin 5678") &&
               make_key("prueba --pin 1234", "EC:prime256v1 --label firma --id 01") &&
               make_key("prueba --pin 1234", "rsa:2048 --label sello --id 02") &&
               make_key("prueba --pin 1234", "EC:secp384r1 --label otra --id 03") &&
               make_key("cerrado --pin 5678", "EC:prime256v1 --label firma --id 01");
    }();
    return made ? &folder : nullptr;
}

}  // namespace

TEST_CASE("a key in a token signs without leaving it", "[crypto]")
{
    if (token() == nullptr) {
        return;
    }
    const auto [object, algorithm] = GENERATE(table<std::string, Algorithm>({
        {"firma", Algorithm::es256},
        {"sello", Algorithm::rs256},
        {"sello", Algorithm::ps256},
    }));
    CAPTURE(object, to_text(algorithm));
    const auto key = PrivateKey::from_file(uri_of(object), "1234").value();
    const auto pem = support::root_authority().issue(
        {"hsm", {{"keyUsage", "digitalSignature"}}, support::kNow, support::kNow},
        key.public_pem());
    const auto certificate = Certificate::from_pem(pem.value()).value();

    const auto signature =
        sign_jws(key, {algorithm, "t+jws", "hsm", certificate.x5t()}, R"({"a":1})").value();

    CHECK(verify_jws(read_jws(signature, "t+jws").value(), certificate));
}

TEST_CASE("a key in a token signs from many threads", "[crypto]")
{
    if (token() == nullptr) {
        return;
    }
    const auto key = PrivateKey::from_file(uri_of("firma"), "1234").value();
    const auto reader = PublicKey::from_der(key.public_der()).value();
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) {
                const auto bytes = std::to_string(n);
                const auto signature = key.sign(bytes);
                if (signature && reader.verify(Algorithm::es256, bytes, *signature)) {
                    ++right;
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK(right == 200);
}

TEST_CASE("a token's key is refused without its name, PIN, module or strength", "[crypto]")
{
    if (token() == nullptr) {
        return;
    }
    REQUIRE(PrivateKey::from_file(uri_of("firma"), "1234"));
    const auto [uri, pin] = GENERATE(table<std::string, std::string>({
        {uri_of("nadie"), "1234"},
        {uri_of("firma", "cerrado"), "1234"},
        {uri_of("otra"), "1234"},
        {"pkcs11:token=prueba;object=firma;type=private", "1234"},
        {"pkcs11:token=prueba;object=firma;type=private?module-path=/no/such.so", "1234"},
        {"pkcs11:", "1234"},
    }));
    CAPTURE(uri);

    const auto key = PrivateKey::from_file(uri, pin);

    REQUIRE_FALSE(key);
    CHECK(key.error().code == base::Errc::unusable_key);
    CHECK(base::to_line(key.error()).find("1234") == std::string::npos);
}

TEST_CASE("each token opens with its own PIN", "[crypto]")
{
    if (token() == nullptr) {
        return;
    }
    CHECK(PrivateKey::from_file(uri_of("firma"), "1234"));
    CHECK_FALSE(PrivateKey::from_file(uri_of("firma", "cerrado"), "1234"));
    CHECK(PrivateKey::from_file(uri_of("firma", "cerrado"), "5678"));
}
