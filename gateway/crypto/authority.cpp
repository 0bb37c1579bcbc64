#include "gateway/crypto/authority.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using detail::Bio;
using detail::Owned;

Failure impossible(std::string where)
{
    ERR_clear_error();
    return fail(Errc::unusable_key, std::move(where),
                {"una llave y un plan de certificado válidos", "a valid key and certificate plan"});
}

/// 127 random bits: RFC 5280 §4.1.2.2 wants a positive number of at most 20 octets.
bool set_random_serial(X509* x509)
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return false;
    }
    bytes[0] &= 0x7fU;
    BIGNUM* const number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
    const bool done = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != nullptr;
    BN_free(number);
    return done;
}

bool set_subject(X509* x509, const std::string& common_name)
{
    auto* const name = X509_get_subject_name(x509);
    const auto add = [name](const char* field, const std::string& value) {
        return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(value.data()),
                                          static_cast<int>(value.size()), -1, 0) == 1;
    };
    return add("C", "MX") && add("O", "Puente (desarrollo)") && add("CN", common_name);
}

bool add_extension(X509* x509, X509* issuer, const Extension& extension)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
    X509_EXTENSION* const made =
        X509V3_EXT_nconf(nullptr, &context, extension.name.c_str(), extension.value.c_str());
    const bool done = made != nullptr && X509_add_ext(x509, made, -1) == 1;
    X509_EXTENSION_free(made);
    return done;
}

/// `issuer` is null for a root, which signs itself.
base::Result<std::string> make_certificate(const CertificatePlan& plan, EVP_PKEY* key, X509* issuer,
                                           EVP_PKEY* issuer_key)
{
    const Owned<X509> x509(X509_new());
    X509* const made = x509.get();
    if (made == nullptr || X509_set_version(made, X509_VERSION_3) != 1 ||
        !set_random_serial(made) || !set_subject(made, plan.common_name) ||
        X509_set_issuer_name(made, X509_get_subject_name(issuer != nullptr ? issuer : made)) != 1 ||
        ASN1_TIME_set(X509_getm_notBefore(made), base::to_seconds(plan.from)) == nullptr ||
        ASN1_TIME_set(X509_getm_notAfter(made), base::to_seconds(plan.until)) == nullptr ||
        X509_set_pubkey(made, key) != 1) {
        return impossible("certificate");
    }
    std::vector<Extension> extensions{{"subjectKeyIdentifier", "hash"}};
    if (issuer != nullptr) {
        extensions.push_back({"authorityKeyIdentifier", "keyid"});
    }
    extensions.insert(extensions.end(), plan.extensions.begin(), plan.extensions.end());
    for (const auto& extension : extensions) {
        if (!add_extension(made, issuer != nullptr ? issuer : made, extension)) {
            return impossible("certificate." + extension.name);
        }
    }
    if (X509_sign(made, issuer_key, EVP_sha256()) <= 0) {
        return impossible("certificate.signature");
    }
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), made);
    return detail::text_of(bio);
}

}  // namespace

base::Result<std::string> new_key(KeyKind kind)
{
    const Owned<EVP_PKEY> key(kind == KeyKind::p256 ? EVP_EC_gen("P-256")
                              : kind == KeyKind::ed25519
                                  ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                  : EVP_RSA_gen(2048U));
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (key == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0,
                                                        nullptr, nullptr) != 1) {
        return impossible("key");
    }
    return detail::text_of(bio);
}

Authority::Authority(Certificate certificate, PrivateKey key, std::string key_pem)
    : certificate_(std::move(certificate)), key_(std::move(key)), key_pem_(std::move(key_pem))
{
}

base::Result<Authority> Authority::make(const std::string& common_name, base::Instant from,
                                        base::Instant until)
{
    auto key_pem = new_key(KeyKind::p256);
    if (!key_pem) {
        return Failure(std::move(key_pem).error());
    }
    auto key = PrivateKey::from_pem(*key_pem);
    if (!key) {
        return Failure(std::move(key).error());
    }
    const CertificatePlan plan{
        common_name,
        {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign,cRLSign"}},
        from,
        until};
    const auto pem = make_certificate(plan, key->native(), nullptr, key->native());
    if (!pem) {
        return Failure(pem.error());
    }
    auto certificate = Certificate::from_pem(*pem);
    if (!certificate) {
        return Failure(std::move(certificate).error());
    }
    return Authority(*std::move(certificate), *std::move(key), *std::move(key_pem));
}

base::Result<std::string> Authority::issue(const CertificatePlan& plan,
                                           std::string_view public_pem) const
{
    const Bio bio(BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())));
    const Owned<EVP_PKEY> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
    if (key == nullptr) {
        return impossible("key");
    }
    return make_certificate(plan, key.get(), certificate_.native(), key_.native());
}

}  // namespace gateway::crypto
