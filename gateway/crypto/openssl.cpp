#include "gateway/crypto/openssl.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace gateway::crypto::detail {

void Free::operator()(asn1_string_st* string) const noexcept
{
    ASN1_STRING_free(string);
}

void Free::operator()(bio_st* bio) const noexcept
{
    BIO_free(bio);
}

void Free::operator()(evp_cipher_ctx_st* context) const noexcept
{
    EVP_CIPHER_CTX_free(context);
}

void Free::operator()(evp_md_ctx_st* context) const noexcept
{
    EVP_MD_CTX_free(context);
}

void Free::operator()(evp_pkey_st* key) const noexcept
{
    EVP_PKEY_free(key);
}

void Free::operator()(evp_pkey_ctx_st* context) const noexcept
{
    EVP_PKEY_CTX_free(context);
}

void Free::operator()(ECDSA_SIG_st* signature) const noexcept
{
    ECDSA_SIG_free(signature);
}

void Free::operator()(X509_crl_st* crl) const noexcept
{
    X509_CRL_free(crl);
}

void Free::operator()(x509_st* certificate) const noexcept
{
    X509_free(certificate);
}

std::string text_of(const Bio& bio)
{
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

base::Instant instant_of(const ASN1_TIME* time)
{
    int days = 0;
    int seconds = 0;
    const Owned<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
    ASN1_TIME_diff(&days, &seconds, epoch.get(), time);
    return base::from_seconds(std::int64_t{days} * 86400 + seconds);
}

}  // namespace gateway::crypto::detail
