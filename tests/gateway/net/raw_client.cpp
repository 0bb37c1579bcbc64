#include "tests/gateway/net/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

struct RawClient::State {
    int socket = -1;
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        SSL_free(ssl);
        SSL_CTX_free(context);
        ::close(socket);
    }
};

namespace {

int connect_to(std::uint16_t port)
{
    std::signal(SIGPIPE, SIG_IGN);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int at_once = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        throw std::runtime_error("cannot connect");
    }
    return fd;
}

void use(SSL_CTX* context, const pki::Pair& who)
{
    BIO* certificate = BIO_new_mem_buf(who.certificate.data(), -1);
    BIO* key = BIO_new_mem_buf(who.key.data(), -1);
    X509* x509 = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    EVP_PKEY* pkey = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, x509);
    SSL_CTX_use_PrivateKey(context, pkey);
    X509_free(x509);
    EVP_PKEY_free(pkey);
    BIO_free(certificate);
    BIO_free(key);
}

}  // namespace

RawClient::RawClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
RawClient::RawClient(RawClient&&) noexcept = default;
RawClient& RawClient::operator=(RawClient&&) noexcept = default;
RawClient::~RawClient() = default;

RawClient RawClient::plain(std::uint16_t port)
{
    auto state = std::make_unique<State>();
    state->socket = connect_to(port);
    return RawClient(std::move(state));
}

RawClient RawClient::tls(std::uint16_t port, const pki::Pair* who, int newest)
{
    auto state = std::make_unique<State>();
    state->socket = connect_to(port);
    state->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(state->context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(state->context, newest);
    SSL_CTX_set_cipher_list(state->context, "ALL:@SECLEVEL=0");
    if (who != nullptr) {
        use(state->context, *who);
    }
    state->ssl = SSL_new(state->context);
    SSL_set_fd(state->ssl, state->socket);
    if (SSL_connect(state->ssl) != 1) {
        throw std::runtime_error("no handshake");
    }
    return RawClient(std::move(state));
}

void RawClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20));
        const auto count = state_->ssl != nullptr
                               ? SSL_write(state_->ssl, bytes.data(), size)
                               : ::send(state_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return;  // the answer will tell
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string RawClient::more()
{
    std::array<char, 16384> buffer{};
    errno = 0;
    const auto count = state_->ssl != nullptr
                           ? SSL_read(state_->ssl, buffer.data(), static_cast<int>(buffer.size()))
                           : ::recv(state_->socket, buffer.data(), buffer.size(), 0);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string RawClient::read(std::size_t size)
{
    while (input_.size() < size) {
        const auto bytes = more();
        if (bytes.empty()) {
            break;
        }
        input_ += bytes;
    }
    auto out = input_.substr(0, size);
    input_.erase(0, size);
    return out;
}

std::string RawClient::response(bool to_head)
{
    auto end = input_.find("\r\n\r\n");
    while (end == std::string::npos) {
        const auto bytes = more();
        if (bytes.empty()) {
            return std::exchange(input_, {});
        }
        input_ += bytes;
        end = input_.find("\r\n\r\n");
    }
    const auto head = input_.substr(0, end + 4);
    const std::string name = "\r\ncontent-length: ";
    const auto at = head.find(name);
    const auto length =
        to_head || at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
    return read(head.size() + length);
}

bool RawClient::closed()
{
    return input_.empty() && more().empty() && errno != EAGAIN;
}

const char* RawClient::protocol() const
{
    return SSL_get_version(state_->ssl);
}

bool is_admitted(std::uint16_t port, const pki::Pair* who)
{
    try {
        auto client = RawClient::tls(port, who);
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return client.response().starts_with("HTTP/1.1 200");
    } catch (const std::runtime_error&) {
        return false;
    }
}
