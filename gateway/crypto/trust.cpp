#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <utility>

#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/openssl.hpp"
#include "gateway/crypto/revocation.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using base::Text;

/// 112 bits: RSA 2048, SHA-224 and up; SHA-1 and MD5 signatures in a chain are refused.
constexpr int kSecurityLevel = 2;
constexpr int kLongestChain = 6;

/// What OpenSSL found, where it stands and what would have been right.
struct Verdict {
    int error;
    std::string_view where;
    std::string_view es;
    std::string_view en;
};
constexpr Verdict kVerdicts[] = {
    // clang-format off
    {X509_V_ERR_CERT_HAS_EXPIRED,       "certificate.notAfter",  "vigente en esa fecha",                     "in force at that time"},
    {X509_V_ERR_CERT_NOT_YET_VALID,     "certificate.notBefore", "vigente en esa fecha",                     "in force at that time"},
    {X509_V_ERR_CERT_REVOKED,           "certificate.serialNumber", "no revocado",                           "not revoked"},
    {X509_V_ERR_UNABLE_TO_GET_CRL,      "crl",                   "la lista de revocación de quien lo emitió", "the revocation list of its issuer"},
    {X509_V_ERR_CRL_HAS_EXPIRED,        "crl.nextUpdate",        "una lista de revocación vigente",          "a revocation list in force"},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE,  "crl.signature",         "una lista firmada por quien emitió",       "a list signed by the issuer"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "certificate.signature", "firmado por quien dice emitirlo",          "signed by the issuer it names"},
    {X509_V_ERR_INVALID_CA,             "certificate.issuer",    "emitido por una autoridad",                "issued by an authority"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED,   "certificate.issuer",    "una cadena no más larga de lo permitido",  "a chain no longer than allowed"},
    {X509_V_ERR_EE_KEY_TOO_SMALL,       "certificate.key",       "RSA de 2048 bits o más, P-256 o Ed25519",  "RSA of 2048 bits or more, P-256 or Ed25519"},
    {X509_V_ERR_CA_KEY_TOO_SMALL,       "certificate.issuer",    "una autoridad de llave fuerte",            "an authority with a strong key"},
    {X509_V_ERR_CA_MD_TOO_WEAK,         "certificate.signature", "firmado con SHA-256 o más",                "signed with SHA-256 or more"},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "certificate.extensions", "sin extensiones críticas desconocidas", "no unknown critical extension"},
    // clang-format on
};

Failure untrusted(std::string_view where, std::string_view es, std::string_view en)
{
    ERR_clear_error();
    return fail(Errc::untrusted_certificate, std::string(where),
                {std::string(es), std::string(en)});
}

Failure to_failure(int error)
{
    for (const auto& verdict : kVerdicts) {
        if (verdict.error == error) {
            return untrusted(verdict.where, verdict.es, verdict.en);
        }
    }
    return untrusted("certificate.chain", "una cadena hasta un ancla de confianza",
                     "a chain to a trust anchor");
}

struct FreeStacks {
    void operator()(X509_STORE_CTX* context) const noexcept { X509_STORE_CTX_free(context); }
    void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using Context = std::unique_ptr<X509_STORE_CTX, FreeStacks>;
using Certificates = std::unique_ptr<STACK_OF(X509), FreeStacks>;

/// What a list is held against.
struct Asked {
    const RevocationLists* lists;
    base::Instant when;
};

/// By any list of its issuer: of two, OpenSSL asks one.
bool revoked_by_then(X509* certificate, const Asked& asked)
{
    auto* const lists = asked.lists->native();
    for (int i = 0; i < sk_X509_CRL_num(lists); ++i) {
        X509_CRL* const crl = sk_X509_CRL_value(lists, i);
        X509_REVOKED* row = nullptr;
        if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(certificate)) == 0 &&
            X509_CRL_get0_by_cert(crl, &row, certificate) == 1 &&
            detail::instant_of(X509_REVOKED_get0_revocationDate(row)) <= asked.when) {
            return true;
        }
    }
    return false;
}

bool within_grace(X509_STORE_CTX* context, const Asked& asked)
{
    const auto* crl = X509_STORE_CTX_get0_current_crl(context);
    const auto due = base::to_seconds(detail::instant_of(X509_CRL_get0_nextUpdate(crl)));
    return base::to_seconds(asked.when) <= due + asked.lists->grace();
}

/// A list is demanded for the leaf; an authority's own is used when it is there.
int judge_list(int ok, X509_STORE_CTX* context)
{
    const auto& asked = *static_cast<const Asked*>(X509_STORE_CTX_get_app_data(context));
    switch (ok == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context)) {
        case X509_V_OK:
        case X509_V_ERR_CRL_NOT_YET_VALID:
            return 1;
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return X509_STORE_CTX_get_error_depth(context) > 0 ? 1 : 0;
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return within_grace(context, asked) ? 1 : 0;
        case X509_V_ERR_CERT_REVOKED:
            return revoked_by_then(X509_STORE_CTX_get_current_cert(context), asked) ? 0 : 1;
        default:
            return 0;
    }
}

/// What the leaf itself must be, whoever issued it.
base::Result<void> check_leaf(const Certificate& leaf)
{
    X509* const x509 = leaf.native();
    if (X509_get_version(x509) != X509_VERSION_3 ||
        (X509_get_extension_flags(x509) & EXFLAG_INVALID) != 0) {
        return untrusted("certificate.extensions", "X.509 v3 bien formado", "well-formed X.509 v3");
    }
    if (leaf.is_ca()) {
        return untrusted("certificate.basicConstraints", "de quien firma, no de una autoridad",
                         "of a signer, not of an authority");
    }
    const auto usage = X509_get_key_usage(x509);  // all bits when the extension is absent
    if ((X509_get_extension_flags(x509) & EXFLAG_KUSAGE) == 0 ||
        (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0) {
        return untrusted("certificate.keyUsage", "digitalSignature o nonRepudiation",
                         "digitalSignature or nonRepudiation");
    }
    if (!leaf.public_key()) {
        return to_failure(X509_V_ERR_EE_KEY_TOO_SMALL);
    }
    return {};
}

}  // namespace

base::Result<TrustAnchors> TrustAnchors::from_pem(std::string_view pem)
{
    auto anchors = Certificate::all_from_pem(pem);
    if (!anchors) {
        return Failure(std::move(anchors).error());
    }
    TrustAnchors trust;
    trust.store_ = std::shared_ptr<X509_STORE>(X509_STORE_new(), X509_STORE_free);
    bool found = false;
    for (const auto& anchor : *anchors) {
        if (X509_check_ca(anchor.native()) == 1) {
            found = X509_STORE_add_cert(trust.store_.get(), anchor.native()) == 1 || found;
        }
    }
    if (!found) {
        return fail(Errc::unusable_key, "anchors",
                    {"el certificado de una autoridad", "the certificate of an authority"});
    }
    return trust;
}

base::Result<void> TrustAnchors::check(const Certificate& leaf,
                                       const std::vector<Certificate>& intermediates,
                                       base::Instant when, const RevocationLists* lists) const
{
    if (auto fit = check_leaf(leaf); !fit) {
        return fit;
    }
    const Certificates untrusted_issuers(sk_X509_new_null());
    for (const auto& issuer : intermediates) {
        sk_X509_push(untrusted_issuers.get(), issuer.native());
    }
    const Context context(X509_STORE_CTX_new());
    if (context == nullptr || X509_STORE_CTX_init(context.get(), store_.get(), leaf.native(),
                                                  untrusted_issuers.get()) != 1) {
        return to_failure(X509_V_ERR_OUT_OF_MEM);
    }
    auto* const parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);
    X509_VERIFY_PARAM_set_time(parameters, base::to_seconds(when));
    X509_VERIFY_PARAM_set_depth(parameters, kLongestChain);
    X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
    Asked asked{lists, when};
    if (lists != nullptr) {
        X509_STORE_CTX_set0_crls(context.get(), lists->native());
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        X509_STORE_CTX_set_app_data(context.get(), &asked);
        X509_STORE_CTX_set_verify_cb(context.get(), judge_list);
    }
    if (X509_verify_cert(context.get()) != 1) {
        return to_failure(X509_STORE_CTX_get_error(context.get()));
    }
    if (lists != nullptr && revoked_by_then(leaf.native(), asked)) {
        return to_failure(X509_V_ERR_CERT_REVOKED);
    }
    return {};
}

}  // namespace gateway::crypto
