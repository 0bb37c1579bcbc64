#include "gateway/crypto/certificate_request.hpp"

#include <catch2/catch.hpp>

#include "fhir_models/base/bytes.hpp"
#include "gateway/crypto/authority.hpp"

namespace {

using namespace gateway::crypto;

PrivateKey fresh(KeyKind kind)
{
    const auto pem = new_key(kind);
    REQUIRE(pem);
    auto key = PrivateKey::from_pem(*pem);
    REQUIRE(key);
    return *std::move(key);
}

constexpr const char* kUrn = "urn:puente:institution:hospital-sur";

}  // namespace

TEST_CASE("a request says whose it is and which key it is for", "[csr]")
{
    for (const auto kind : {KeyKind::p256, KeyKind::rsa2048, KeyKind::ed25519}) {
        const auto key = fresh(kind);
        const auto pem = new_certificate_request(key, "hospital-sur", kUrn);
        REQUIRE(pem);

        const auto request = read_certificate_request(*pem);
        REQUIRE(request);
        CHECK(request->uri == kUrn);
        CHECK(request->public_pem == key.public_pem());
    }
}

TEST_CASE("a request that its own key did not sign is refused", "[csr]")
{
    const auto pem = new_certificate_request(fresh(KeyKind::p256), "hospital-sur", kUrn);
    REQUIRE(pem);
    constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE REQUEST-----\n";
    constexpr std::string_view kEnd = "-----END CERTIFICATE REQUEST-----\n";
    std::string text = pem->substr(kBegin.size(), pem->size() - kBegin.size() - kEnd.size());
    std::erase(text, '\n');
    auto der = base::from_base64(text);
    REQUIRE(der);
    for (std::size_t at = 0; at < der->size(); at += 7) {
        auto changed = *der;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        const auto request = read_certificate_request(
            std::string(kBegin) + base::to_base64(changed) + "\n" + std::string(kEnd));
        CAPTURE(at);
        CHECK_FALSE(request);
    }
    for (const auto* other : {"", "no request", "-----BEGIN CERTIFICATE REQUEST-----\n"}) {
        const auto refused = read_certificate_request(other);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == base::Errc::unusable_key);
        CHECK(refused.error().where == "csr");
    }
}
