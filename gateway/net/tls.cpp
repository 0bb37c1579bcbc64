#include "gateway/net/tls.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

namespace gateway::net {
namespace {

namespace ssl = boost::asio::ssl;
using base::Failure;
using base::Result;

constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct FreeX509 {
    void operator()(X509* x509) const noexcept { X509_free(x509); }
};
struct FreeBio {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};

Failure unusable(const char* where)
{
    return base::fail(
        base::Errc::unusable_key, where,
        {"PEM legible y completo; la llave, sin cifrar y del mismo certificado",
         "readable and whole PEM; the key not encrypted and of the same certificate"});
}

Result<TlsContext> make_context(ssl::context::method method)
{
    auto context = std::make_shared<ssl::context>(method);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, kTls12Ciphers);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // An encrypted key must be an error, not a question on the terminal.
    boost::system::error_code ignored;
    context->set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string(); }, ignored);
    return context;
}

Result<void> use_identity(ssl::context& context, const std::string& chain, const std::string& key)
{
    boost::system::error_code error;
    context.use_certificate_chain(boost::asio::buffer(chain), error);
    if (error) {
        return unusable("certificate_chain_pem");
    }
    context.use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(context.native_handle()) != 1) {
        return unusable("private_key_pem");
    }
    return {};
}

Result<void> trust(ssl::context& context, const std::string& anchors, const char* where)
{
    boost::system::error_code error;
    context.add_certificate_authority(boost::asio::buffer(anchors), error);
    if (error) {
        return unusable(where);
    }
    // Whatever the administrator listed is an anchor, a root or not.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()),
                                X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

/// Tells clients whose certificates are welcome, so that they can choose among theirs.
void announce_authorities(SSL_CTX* context, const std::string& anchors)
{
    const std::unique_ptr<BIO, FreeBio> bio(
        BIO_new_mem_buf(anchors.data(), static_cast<int>(anchors.size())));
    while (true) {
        const std::unique_ptr<X509, FreeX509> x509(
            PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
        if (!x509) {
            ERR_clear_error();
            return;
        }
        SSL_CTX_add_client_CA(context, x509.get());
    }
}

}  // namespace

Result<TlsContext> server_context(const TlsFiles& files, ClientAuth auth)
{
    auto context = make_context(ssl::context::tls_server);
    if (auto used = use_identity(**context, files.certificate_chain_pem, files.private_key_pem);
        !used) {
        return Failure(used.error());
    }
    SSL_CTX* const native = (*context)->native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(native, 0);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    if (auth == ClientAuth::optional && files.client_ca_pem.empty()) {
        return context;
    }
    if (auto trusted = trust(**context, files.client_ca_pem, "client_ca_pem"); !trusted) {
        return Failure(trusted.error());
    }
    announce_authorities(native, files.client_ca_pem);
    const int demand = auth == ClientAuth::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER | demand, nullptr);
    return context;
}

Result<TlsContext> client_context(const ClientIdentity& identity)
{
    auto context = make_context(ssl::context::tls_client);
    const bool anonymous =
        identity.certificate_chain_pem.empty() && identity.private_key_pem.empty();
    if (!anonymous) {
        if (auto used =
                use_identity(**context, identity.certificate_chain_pem, identity.private_key_pem);
            !used) {
            return Failure(used.error());
        }
    }
    if (auto trusted = trust(**context, identity.server_ca_pem, "server_ca_pem"); !trusted) {
        return Failure(trusted.error());
    }
    SSL_CTX_set_verify((*context)->native_handle(), SSL_VERIFY_PEER, nullptr);
    return context;
}

bool expect_host(SSL* ssl, const std::string& host)
{
    X509_VERIFY_PARAM* const param = SSL_get0_param(ssl);
    boost::system::error_code not_an_address;
    static_cast<void>(boost::asio::ip::make_address(host, not_an_address));
    if (!not_an_address) {
        return X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
    }
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

std::string peer_certificate_der(const SSL* ssl)
{
    X509* const x509 = SSL_get0_peer_certificate(ssl);
    unsigned char* der = nullptr;
    const int size = x509 == nullptr ? 0 : i2d_X509(x509, &der);
    if (size <= 0) {
        return {};
    }
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

std::string peer_intermediates_pem(const SSL* ssl)
{
    const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
    if (chain == nullptr) {
        return {};
    }
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
    // The server's view of the chain is without the leaf; the client's begins with it.
    for (int i = SSL_is_server(ssl) == 1 ? 0 : 1; i < sk_X509_num(chain); ++i) {
        PEM_write_bio_X509(bio.get(), sk_X509_value(chain, i));
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace gateway::net
