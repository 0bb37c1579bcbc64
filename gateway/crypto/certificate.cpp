#include "gateway/crypto/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using detail::Bio;

constexpr std::size_t kLargestPem = std::size_t{8} << 20U;
constexpr std::size_t kLargestDer = 64U << 10U;

Failure unreadable(std::string where = "certificate")
{
    ERR_clear_error();
    return fail(Errc::unusable_key, std::move(where),
                {"un certificado X.509 v3", "an X.509 v3 certificate"});
}

std::string der_of(const X509* x509)
{
    unsigned char* out = nullptr;
    const int size = i2d_X509(x509, &out);
    std::string der(reinterpret_cast<char*>(out), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(out);
    return der;
}

/// The first URI of subjectAltName, when it is printable ASCII as an URI must be.
std::string first_uri(X509* x509)
{
    auto* const names =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr));
    std::string uri;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && uri.empty(); ++i) {
        const auto* const name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_URI) {
            const auto* const text = name->d.uniformResourceIdentifier;
            uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<std::size_t>(ASN1_STRING_length(text)));
            for (const char c : uri) {
                if (c <= 0x20 || c >= 0x7f) {
                    GENERAL_NAMES_free(names);
                    return {};
                }
            }
        }
    }
    GENERAL_NAMES_free(names);
    return uri;
}

}  // namespace

Certificate::Certificate(std::shared_ptr<x509_st> x509)
    : x509_(std::move(x509)),
      der_(der_of(x509_.get())),
      thumbprint_(base::sha256(der_)),
      x5t_(base::to_base64url(base::view(thumbprint_))),
      uri_(first_uri(x509_.get())),
      key_(PublicKey::from_native(
          std::shared_ptr<EVP_PKEY>(X509_get_pubkey(x509_.get()), detail::Free())))
{
    X509_check_purpose(x509_.get(), -1, 0);  // reads the extensions once, before threads share it
    ERR_clear_error();
}

base::Result<Certificate> Certificate::from_pem(std::string_view pem)
{
    auto all = all_from_pem(pem);
    if (!all) {
        return Failure(std::move(all).error());
    }
    return std::move(all->front());
}

base::Result<Certificate> Certificate::from_der(std::string_view der)
{
    if (der.size() > kLargestDer) {
        return unreadable();
    }
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    std::shared_ptr<X509> x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())),
                               detail::Free());
    if (x509 == nullptr || at != end) {
        return unreadable();
    }
    return Certificate(std::move(x509));
}

base::Result<Certificate> Certificate::from_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    if (!file || !(bytes << file.rdbuf())) {
        return unreadable(path);
    }
    const auto text = std::move(bytes).str();
    auto certificate = text.starts_with('\x30') ? from_der(text) : from_pem(text);
    if (!certificate) {
        certificate.error().where = path;
    }
    return certificate;
}

base::Result<std::vector<Certificate>> Certificate::all_from_pem(std::string_view pem)
{
    if (pem.size() > kLargestPem) {
        return unreadable();
    }
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<Certificate> all;
    while (X509* const read = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        all.push_back(Certificate(std::shared_ptr<X509>(read, detail::Free())));
    }
    const auto last = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    if (all.empty() || !at_end) {
        return unreadable();
    }
    ERR_clear_error();
    return all;
}

std::string Certificate::pem() const
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), x509_.get());
    return detail::text_of(bio);
}

std::string Certificate::subject() const
{
    const Bio bio(BIO_new(BIO_s_mem()));
    constexpr auto kUtf8 = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(x509_.get()), 0, kUtf8);
    return detail::text_of(bio);
}

base::Instant Certificate::not_before() const
{
    return detail::instant_of(X509_get0_notBefore(x509_.get()));
}

base::Instant Certificate::not_after() const
{
    return detail::instant_of(X509_get0_notAfter(x509_.get()));
}

bool Certificate::is_ca() const
{
    return X509_check_ca(x509_.get()) != 0;
}

}  // namespace gateway::crypto
