#include "gateway/crypto/timestamp.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <memory>

#include "fhir_models/base/bytes.hpp"

namespace gateway::crypto {
namespace {

using base::Failure;

/// As in TrustAnchors: 112 bits.
constexpr int kSecurityLevel = 2;
constexpr std::size_t kLargestAnswer = std::size_t{256} << 10U;

struct FreeTs {
    void operator()(TS_REQ* request) const noexcept { TS_REQ_free(request); }
    void operator()(TS_RESP* reply) const noexcept { TS_RESP_free(reply); }
    void operator()(TS_TST_INFO* info) const noexcept { TS_TST_INFO_free(info); }
    void operator()(TS_MSG_IMPRINT* imprint) const noexcept { TS_MSG_IMPRINT_free(imprint); }
    void operator()(TS_VERIFY_CTX* context) const noexcept { TS_VERIFY_CTX_free(context); }
    void operator()(PKCS7* token) const noexcept { PKCS7_free(token); }
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
    void operator()(X509_ALGOR* algorithm) const noexcept { X509_ALGOR_free(algorithm); }
    void operator()(ASN1_STRING* value) const noexcept { ASN1_STRING_free(value); }  // all kinds
    void operator()(ASN1_OBJECT* object) const noexcept { ASN1_OBJECT_free(object); }
};
template <class T>
using Ts = std::unique_ptr<T, FreeTs>;

Failure refused(const char* es, const char* en)
{
    ERR_clear_error();
    return base::fail(base::Errc::bad_signature, "timestamp", {es, en});
}

Failure unreadable()
{
    return refused("un sello de tiempo RFC 3161", "an RFC 3161 time-stamp");
}

/// Reads one value that is all of `der`; null otherwise.
template <class T>
Ts<T> read(std::string_view der, T* (*d2i)(T**, const unsigned char**, long))
{
    if (der.size() > kLargestAnswer) {
        return nullptr;
    }
    const auto* cursor = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = cursor + der.size();
    Ts<T> value(d2i(nullptr, &cursor, static_cast<long>(der.size())));
    return cursor == end ? std::move(value) : nullptr;
}

template <class T>
std::string write(const T* value, int (*i2d)(const T*, unsigned char**))
{
    const int size = i2d(value, nullptr);
    std::string der(static_cast<std::size_t>(std::max(size, 0)), '\0');
    auto* cursor = reinterpret_cast<unsigned char*>(der.data());
    return size > 0 && i2d(value, &cursor) == size ? der : std::string();
}

Ts<ASN1_INTEGER> new_nonce()
{
    std::array<unsigned char, 8> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return nullptr;
    }
    random[0] = static_cast<unsigned char>((random[0] & 0x7fU) | 0x40U);  // shortest DER, positive
    Ts<ASN1_INTEGER> nonce(ASN1_INTEGER_new());
    return ASN1_STRING_set(nonce.get(), random.data(), static_cast<int>(random.size())) == 1
               ? std::move(nonce)
               : nullptr;
}

Ts<TS_MSG_IMPRINT> imprint_of(std::string_view data)
{
    auto digest = base::sha256(data);
    const Ts<X509_ALGOR> algorithm(X509_ALGOR_new());
    Ts<TS_MSG_IMPRINT> imprint(TS_MSG_IMPRINT_new());
    const bool made =
        X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
        TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
        TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size())) == 1;
    return made ? std::move(imprint) : nullptr;
}

base::Instant instant_of(const ASN1_TIME* time)
{
    int days = 0;
    int seconds = 0;
    const Ts<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
    ASN1_TIME_diff(&days, &seconds, epoch.get(), time);
    return base::from_seconds(std::int64_t{days} * 86400 + seconds);
}

/// The anchors as a store of its own: its clock stands at the token's moment.
Ts<X509_STORE> store_at(const TrustAnchors& anchors, base::Instant when)
{
    Ts<X509_STORE> store(X509_STORE_new());
    const auto* const objects = X509_STORE_get0_objects(anchors.native());
    for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
        X509_STORE_add_cert(store.get(), X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)));
    }
    auto* const parameters = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(parameters, base::to_seconds(when));
    X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
    return store;
}

/// When a token says it was made; only over SHA-256.
base::Result<base::Instant> moment_of(const PKCS7* token)
{
    const Ts<TS_TST_INFO> info(PKCS7_to_TS_TST_INFO(const_cast<PKCS7*>(token)));
    if (info == nullptr) {
        return unreadable();
    }
    const auto* const algorithm = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info.get()));
    if (OBJ_obj2nid(algorithm->algorithm) != NID_sha256) {
        return refused("SHA-256 de lo sellado", "SHA-256 of what was stamped");
    }
    return instant_of(TS_TST_INFO_get_time(info.get()));
}

}  // namespace

base::Result<std::string> timestamp_request(std::string_view data, const std::string& policy)
{
    const Ts<TS_REQ> request(TS_REQ_new());
    const auto imprint = imprint_of(data);
    const auto nonce = new_nonce();
    bool made = imprint != nullptr && nonce != nullptr &&
                TS_REQ_set_version(request.get(), 1) == 1 &&
                TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
                TS_REQ_set_nonce(request.get(), nonce.get()) == 1 &&
                TS_REQ_set_cert_req(request.get(), 1) == 1;
    if (!policy.empty()) {
        const Ts<ASN1_OBJECT> oid(OBJ_txt2obj(policy.c_str(), 1));
        made = made && oid != nullptr && TS_REQ_set_policy_id(request.get(), oid.get()) == 1;
    }
    if (!made) {
        ERR_clear_error();
        return base::fail(base::Errc::malformed_config, "timestamp_policy",
                          {"un OID, o nada", "an OID, or nothing"});
    }
    return write<TS_REQ>(request.get(), i2d_TS_REQ);
}

base::Result<Timestamp> read_timestamp_reply(std::string_view reply, std::string_view request,
                                             const TrustAnchors& anchors)
{
    const auto asked = read<TS_REQ>(request, d2i_TS_REQ);
    const auto answered = read<TS_RESP>(reply, d2i_TS_RESP);
    if (asked == nullptr || answered == nullptr) {
        return unreadable();
    }
    const auto* const token = TS_RESP_get_token(answered.get());
    if (token == nullptr) {
        return refused("un sello otorgado", "a time-stamp that was granted");
    }
    const auto when = moment_of(token);
    if (!when) {
        return Failure(when.error());
    }
    // Imprint, nonce and policy become conditions of the check.
    const Ts<TS_VERIFY_CTX> context(TS_REQ_to_TS_VERIFY_CTX(asked.get(), nullptr));
    TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(context.get(), store_at(anchors, *when).release());
    if (TS_RESP_verify_response(context.get(), answered.get()) != 1) {
        return refused("lo pedido, sellado por una autoridad de confianza",
                       "what was asked, stamped by a trusted authority");
    }
    return Timestamp{write<PKCS7>(token, i2d_PKCS7), *when};
}

base::Result<base::Instant> check_timestamp(std::string_view token, std::string_view data,
                                            const TrustAnchors& anchors)
{
    const auto kept = read<PKCS7>(token, d2i_PKCS7);
    if (kept == nullptr) {
        return unreadable();
    }
    auto when = moment_of(kept.get());
    if (!when) {
        return when;
    }
    const Ts<TS_VERIFY_CTX> context(TS_VERIFY_CTX_new());
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_DATA);
    TS_VERIFY_CTX_set_data(context.get(),
                           BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
    TS_VERIFY_CTX_set_store(context.get(), store_at(anchors, *when).release());
    if (TS_RESP_verify_token(context.get(), const_cast<PKCS7*>(kept.get())) != 1) {
        return refused("un sello de estos bytes, de una autoridad de confianza",
                       "a time-stamp of these bytes, by a trusted authority");
    }
    return when;
}

}  // namespace gateway::crypto
