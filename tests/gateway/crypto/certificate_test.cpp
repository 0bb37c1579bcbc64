#include "gateway/crypto/certificate.hpp"

#include <catch2/catch.hpp>

#include "tests/support/pki.hpp"

using namespace gateway::crypto;
using support::kNow;

TEST_CASE("a certificate tells whose it is and how long it holds", "[crypto]")
{
    const auto& institution = support::dev_pki().institutions.front();
    const auto certificate = support::certificate_of(institution.signing);

    CHECK(certificate.uri() == "urn:puente:institution:hospital-norte");
    CHECK(certificate.subject() == "CN=hospital-norte firma,O=Puente (desarrollo),C=MX");
    CHECK(base::to_rfc3339(certificate.not_before()) == "2026-05-25T00:00:00.000Z");
    CHECK(base::to_rfc3339(certificate.not_after()) == "2027-05-20T00:00:00.000Z");
    CHECK_FALSE(certificate.is_ca());
    CHECK(support::certificate_of(support::dev_pki().root).is_ca());
    CHECK(certificate.public_key()->der() == support::key_of(institution.signing).public_der());
}

TEST_CASE("a certificate is the same from PEM and DER, and its thumbprint is of the DER",
          "[crypto]")
{
    const auto certificate = support::certificate_of(support::dev_pki().gateway_signing);
    const auto again = Certificate::from_der(certificate.der()).value();

    CHECK(again.pem() == certificate.pem());
    CHECK(again.thumbprint() == base::sha256(certificate.der()));
    CHECK(again.x5t() == base::to_base64url(base::view(again.thumbprint())));
}

TEST_CASE("bytes that are no certificate are refused", "[crypto]")
{
    const auto pem = support::dev_pki().root.certificate;
    const auto der = support::certificate_of(support::dev_pki().root).der();

    CHECK(Certificate::from_pem("").error().code == base::Errc::unusable_key);
    CHECK_FALSE(Certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n"));
    CHECK_FALSE(Certificate::from_pem(support::dev_pki().root.key));
    CHECK_FALSE(Certificate::from_der(""));
    CHECK_FALSE(Certificate::from_der(der + '\0'));
    CHECK_FALSE(Certificate::from_der(der.substr(0, der.size() - 1)));
    CHECK_FALSE(Certificate::from_der(std::string(100'000, '\x30')));
    CHECK_FALSE(Certificate::all_from_pem(pem + "-----BEGIN CERTIFICATE-----\nAAAA\n"));
    CHECK(Certificate::from_file("/no/such.pem").error().where == "/no/such.pem");
    CHECK(Certificate::all_from_pem("text before\n" + pem + "and between\n" + pem).value().size() ==
          2);
}

TEST_CASE("a name with an accent reads as it is written", "[crypto]")
{
    CHECK(support::certificate_of(support::dev_pki().root).subject() ==
          "CN=Puente raíz de desarrollo,O=Puente (desarrollo),C=MX");
}

TEST_CASE("a certificate without an URI has none", "[crypto]")
{
    CHECK(support::certificate_of(support::dev_pki().root).uri().empty());
}
