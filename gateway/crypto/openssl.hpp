#pragma once

#include <memory>
#include <string>

#include "fhir_models/base/time.hpp"

struct asn1_string_st;
struct bio_st;
struct evp_cipher_ctx_st;
struct evp_md_ctx_st;
struct evp_pkey_st;
struct evp_pkey_ctx_st;
struct ECDSA_SIG_st;
struct X509_crl_st;
struct x509_st;

namespace gateway::crypto::detail {

/// Frees what OpenSSL made; inside this room only.
struct Free {
    void operator()(asn1_string_st* string) const noexcept;
    void operator()(bio_st* bio) const noexcept;
    void operator()(evp_cipher_ctx_st* context) const noexcept;
    void operator()(evp_md_ctx_st* context) const noexcept;
    void operator()(evp_pkey_st* key) const noexcept;
    void operator()(evp_pkey_ctx_st* context) const noexcept;
    void operator()(ECDSA_SIG_st* signature) const noexcept;
    void operator()(X509_crl_st* crl) const noexcept;
    void operator()(x509_st* certificate) const noexcept;
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

using Bio = Owned<bio_st>;

/// What was written to a memory BIO.
[[nodiscard]] std::string text_of(const Bio& bio);

/// An ASN1_TIME.
[[nodiscard]] base::Instant instant_of(const asn1_string_st* time);

}  // namespace gateway::crypto::detail
