#include "gateway/crypto/revocation.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

using detail::Bio;
using Crl = detail::Owned<X509_CRL>;

base::Failure unreadable()
{
    ERR_clear_error();
    return base::fail(base::Errc::unusable_key, "crl",
                      {"listas de revocación (CRL) en PEM o DER, con nextUpdate",
                       "revocation lists (CRL) in PEM or DER, with nextUpdate"});
}

std::vector<Crl> read_pem(std::string_view text)
{
    std::vector<Crl> lists;
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    while (Crl crl{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)}) {
        lists.push_back(std::move(crl));
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        lists.clear();  // one that is broken may be the one that revokes
    }
    ERR_clear_error();
    return lists;
}

std::vector<Crl> read_text(std::string_view text)
{
    auto lists = read_pem(text);
    if (lists.empty()) {
        const auto* at = reinterpret_cast<const unsigned char*>(text.data());
        if (Crl crl{d2i_X509_CRL(nullptr, &at, static_cast<long>(text.size()))}) {
            lists.push_back(std::move(crl));
        }
    }
    return lists;
}

RevocationLists::List describe(X509_CRL* crl)
{
    const Bio pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(pem.get(), crl);
    const Bio issuer(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(issuer.get(), X509_CRL_get_issuer(crl), 0, XN_FLAG_RFC2253);
    return {detail::text_of(pem), detail::text_of(issuer),
            detail::instant_of(X509_CRL_get0_lastUpdate(crl)),
            detail::instant_of(X509_CRL_get0_nextUpdate(crl))};
}

}  // namespace

base::Result<RevocationLists> RevocationLists::read(const std::vector<std::string>& texts,
                                                    std::int64_t grace_seconds)
{
    RevocationLists lists;
    lists.grace_ = grace_seconds;
    lists.stack_ = {sk_X509_CRL_new_null(),
                    [](STACK_OF(X509_CRL) * stack) { sk_X509_CRL_pop_free(stack, X509_CRL_free); }};
    for (const auto& text : texts) {
        auto found = read_text(text);
        if (found.empty()) {
            return unreadable();
        }
        for (auto& crl : found) {
            if (X509_CRL_get0_nextUpdate(crl.get()) == nullptr) {
                return unreadable();  // it would count for ever
            }
            lists.lists_.push_back(describe(crl.get()));
            sk_X509_CRL_push(lists.stack_.get(), crl.release());
        }
    }
    return lists;
}

}  // namespace gateway::crypto
