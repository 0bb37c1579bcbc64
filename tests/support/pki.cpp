#include "tests/support/pki.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace support {

using namespace gateway::crypto;

namespace {

template <class T>
T need(base::Result<T> result)
{
    if (!result) {
        throw std::runtime_error(base::to_line(result.error()));
    }
    return *std::move(result);
}

constexpr base::Instant days_from_now(int days)
{
    return {kNow.microseconds + std::int64_t{days} * 86'400'000'000};
}

}  // namespace

const DevPki& dev_pki()
{
    static const DevPki pki = need(make_dev_pki({"urn:puente:gateway:prueba",
                                                 {"hospital-norte", "hospital-sur"},
                                                 days_from_now(-180),
                                                 days_from_now(180)}));
    return pki;
}

PrivateKey key_of(const Credential& credential)
{
    return need(PrivateKey::from_pem(credential.key));
}

Certificate certificate_of(const Credential& credential)
{
    return need(Certificate::from_pem(credential.certificate));
}

TrustAnchors anchors()
{
    return need(TrustAnchors::from_pem(dev_pki().root.certificate));
}

Authority root_authority()
{
    const auto& root = dev_pki().root;
    return {certificate_of(root), key_of(root), root.key};
}

std::string make_crl(const Authority& issuer, const std::vector<Certificate>& revoked,
                     base::Instant from, base::Instant until)
{
    X509_CRL* const crl = X509_CRL_new();
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer.certificate().native()));
    ASN1_TIME* const time = ASN1_TIME_set(nullptr, base::to_seconds(from));
    X509_CRL_set1_lastUpdate(crl, time);
    for (const auto& certificate : revoked) {
        X509_REVOKED* const row = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(row, X509_get_serialNumber(certificate.native()));
        X509_REVOKED_set_revocationDate(row, time);
        X509_CRL_add0_revoked(crl, row);
    }
    ASN1_TIME_set(time, base::to_seconds(until));
    X509_CRL_set1_nextUpdate(crl, time);
    ASN1_TIME_free(time);
    X509_CRL_sign(crl, issuer.key().native(), EVP_sha256());
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509_CRL(bio, crl);
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    X509_CRL_free(crl);
    return pem;
}

}  // namespace support
