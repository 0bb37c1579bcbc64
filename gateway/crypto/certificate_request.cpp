#include "gateway/crypto/certificate_request.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

using detail::Bio;

struct FreeRequest {
    void operator()(X509_REQ* request) const noexcept { X509_REQ_free(request); }
    void operator()(STACK_OF(X509_EXTENSION) * extensions) const noexcept
    {
        sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    }
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};
using Request = std::unique_ptr<X509_REQ, FreeRequest>;
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), FreeRequest>;

base::Failure unusable()
{
    return base::fail(base::Errc::unusable_key, "csr",
                      {"una solicitud PKCS#10 firmada con su propia llave",
                       "a PKCS#10 request signed by its own key"});
}

bool set_name(X509_REQ* request, const std::string& common_name)
{
    return X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common_name.data()),
                                      static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool add_urn(X509_REQ* request, const std::string& urn)
{
    const auto value = "URI:" + urn;
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, nullptr, nullptr, request, nullptr, 0);
    auto* const made = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, value.c_str());
    const Extensions extensions(sk_X509_EXTENSION_new_null());
    if (made == nullptr || sk_X509_EXTENSION_push(extensions.get(), made) == 0) {
        X509_EXTENSION_free(made);
        return false;
    }
    return X509_REQ_add_extensions(request, extensions.get()) == 1;
}

std::string uri_of(X509_REQ* request)
{
    const Extensions extensions(X509_REQ_get_extensions(request));
    const std::unique_ptr<GENERAL_NAMES, FreeRequest> names(static_cast<GENERAL_NAMES*>(
        X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_URI) {
            const auto* const text = name->d.uniformResourceIdentifier;
            return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    static_cast<std::size_t>(ASN1_STRING_length(text))};
        }
    }
    return {};
}

}  // namespace

base::Result<std::string> new_certificate_request(const PrivateKey& key,
                                                  const std::string& common_name,
                                                  const std::string& urn)
{
    const Request request(X509_REQ_new());
    const auto* const digest = key.algorithm() == Algorithm::eddsa ? nullptr : EVP_sha256();
    if (request == nullptr || X509_REQ_set_version(request.get(), 0) != 1 ||
        !set_name(request.get(), common_name) || !add_urn(request.get(), urn) ||
        X509_REQ_set_pubkey(request.get(), key.native()) != 1 ||
        X509_REQ_sign(request.get(), key.native(), digest) <= 0) {
        return unusable();
    }
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(bio.get(), request.get());
    return detail::text_of(bio);
}

base::Result<CertificateRequest> read_certificate_request(std::string_view pem)
{
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Request request(PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr));
    if (request == nullptr) {
        return unusable();
    }
    auto* const key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr || X509_REQ_verify(request.get(), key) != 1) {
        return unusable();
    }
    const Bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(out.get(), key);
    auto public_pem = detail::text_of(out);
    if (const auto strong = PublicKey::from_pem(public_pem); !strong) {
        return base::Failure(strong.error());
    }
    return CertificateRequest{uri_of(request.get()), std::move(public_pem)};
}

}  // namespace gateway::crypto
