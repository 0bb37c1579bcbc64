#include "tests/end_to_end/world.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/crypto/authority.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/claims.hpp"
#include "tests/contract/postgres_server.hpp"

namespace end_to_end {
namespace {

namespace asio = boost::asio;
using namespace gateway;

constexpr std::chrono::seconds kWait{30};

template <class T>
T need(base::Result<T> result)
{
    if (!result) {
        throw std::runtime_error(base::to_line(result.error()));
    }
    return *std::move(result);
}

/// Runs one coroutine to its end.
template <class T>
T wait(asio::io_context& io, asio::awaitable<base::Result<T>> work)
{
    std::optional<base::Result<T>> out;
    asio::co_spawn(io, std::move(work),
                   [&out, &io](const std::exception_ptr& error, base::Result<T> result) {
                       io.stop();  // a client's kept connections would hold it
                       if (!error) {
                           out = std::move(result);
                       }
                   });
    io.run();
    return need(std::move(out.value()));
}

void write(const std::string& path, std::string_view bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

/// gateway/next-signing and gateway/next-tls, of the same root.
void make_next_keys(const std::string& pki)
{
    const crypto::Authority root(need(crypto::Certificate::from_file(pki + "/ca/root.pem")),
                                 need(crypto::PrivateKey::from_file(pki + "/ca/root.key")), {});
    const auto& now = root.certificate();
    for (const std::string name : {"signing", "tls"}) {
        const auto urn =
            need(crypto::Certificate::from_file(pki + "/gateway/" + name + ".pem")).uri();
        const auto alternative =
            name == "tls" ? "DNS:localhost,IP:127.0.0.1,URI:" + urn : "URI:" + urn;
        const auto key = need(crypto::new_key(crypto::KeyKind::p256));
        const auto certificate =
            need(root.issue({.common_name = "next " + name,
                             .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                                            {"keyUsage", "critical,digitalSignature"},
                                            {"subjectAltName", alternative}},
                             .from = now.not_before(),
                             .until = now.not_after()},
                            need(crypto::PrivateKey::from_pem(key)).public_pem()));
        write(pki + "/gateway/next-" + name + ".key", key);
        write(pki + "/gateway/next-" + name + ".pem", certificate);
    }
}

}  // namespace

World::World(const app::LocalNode& node)
{
    const auto root = folder_.path().string();
    if (auto made = app::make_local_pki(root); !made) {
        throw std::runtime_error(base::to_line(made.error()));
    }
    receiver_ = std::make_unique<app::Party>(need(app::local_party(root, app::kReceiverName)));
    auditor_ = std::make_unique<app::Party>(need(app::local_party(root, app::kAuditorName)));
    receiving_ = std::make_unique<app::ReceivingEnd>();
    make_next_keys(root + "/pki");
    const auto known = {
        need(crypto::Certificate::from_file(root + "/pki/gateway/signing.pem")),
        need(crypto::Certificate::from_file(root + "/pki/gateway/next-signing.pem"))};
    port_ = need(receiving_->start(*receiver_, known, root + "/received"));
    local_ = need(app::LocalWorld::make(port_, root, PUENTE_PROGRAM, node));

    std::filesystem::create_directories(root + "/trust");
    std::filesystem::copy_file(root + "/pki/ca/root.pem", root + "/trust/root.pem");
    const auto key = need(crypto::PrivateKey::from_file(root + "/pki/gateway/ledger.key"));
    std::ofstream(root + "/trust/ledger.vkey")
        << evidence::verifier_key("puente.local/ledger-1", key) << "\n";
}

World::~World() = default;

std::unique_ptr<app::LocalWorld> World::another(const app::LocalNode& node)
{
    return need(app::LocalWorld::make(port_, folder_.path().string(), PUENTE_PROGRAM, node));
}

std::string World::trust_folder() const
{
    return (folder_ / "trust").string();
}

net::Response World::send(const app::Party& party, std::string method, std::string path,
                          net::Headers headers, std::string body)
{
    asio::io_context io;
    const auto client = need(net::HttpsClient::create(io.get_executor(), party.client()));
    auto answer = wait(io, client->send(std::move(method), local_->terms().url + path,
                                        std::move(headers), std::move(body), kWait));
    return std::move(answer.response);
}

net::Response World::as_sender(std::string method, std::string path, net::Headers headers,
                               std::string body)
{
    return send(local_->sender(), std::move(method), std::move(path), std::move(headers),
                std::move(body));
}

net::Response World::as_receiver(std::string method, std::string path, net::Headers headers,
                                 std::string body)
{
    return send(*receiver_, std::move(method), std::move(path), std::move(headers),
                std::move(body));
}

net::Response World::as_auditor(std::string method, std::string path, net::Headers headers,
                                std::string body)
{
    return send(*auditor_, std::move(method), std::move(path), std::move(headers), std::move(body));
}

std::string World::over_mllp(std::string message)
{
    const auto& address = local_->mllp();
    const auto colon = address.rfind(':');
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
    asio::io_context io;
    return wait(io, net::send_mllp(io.get_executor(), address.substr(0, colon), port,
                                   std::move(message), kWait));
}

app::SignedRequest World::sign(std::string body)
{
    return sign(std::move(body), local_->terms());
}

app::SignedRequest World::sign(std::string body, const app::Terms& terms)
{
    return need(app::sign_request(local_->sender(), terms, std::move(body), app::now()));
}

app::SignedRequest World::sign_as(std::string body, const app::Terms& terms,
                                  const app::SignedRequest& earlier)
{
    return need(app::sign_request(local_->sender(), terms, std::move(body), app::now(),
                                  {.curp = {}, .jti = earlier.jti}));
}

net::Response World::post(const app::SignedRequest& request)
{
    return as_sender("POST", "/exchanges", request.headers, request.body);
}

std::string World::wait_for(const std::string& id, std::string_view state)
{
    std::string seen;
    for (int i = 0; i < 300 && seen != state; ++i) {
        seen = member(as_sender("GET", "/exchanges/" + id).body, "state");
        if (seen != state) {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
    }
    return seen;
}

std::string World::evidence(const std::string& id)
{
    return as_sender("GET", "/exchanges/" + id + "/evidence").body;
}

std::string World::evidence_with(const std::string& id, std::string_view name)
{
    const auto header = std::string(name) + '\0';  // its name alone stands in other files too
    for (int i = 0; i < 100; ++i) {
        auto tar = evidence(id);
        if (tar.find(header) != std::string::npos) {
            return tar;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return {};
}

void World::put_next_keys()
{
    const auto folder = (folder_ / "pki/gateway").string();
    for (const std::string file : {"signing.key", "signing.pem", "tls.key", "tls.pem"}) {
        std::filesystem::copy_file(folder + "/next-" + file, folder + "/" + file,
                                   std::filesystem::copy_options::overwrite_existing);
    }
}

std::string World::signer_of(const std::string& receipt)
{
    return need(crypto::read_jws(receipt, evidence::kReceiptTyp)).header.x5t_s256;
}

std::size_t World::exchanges()
{
    const auto page = need(fhir::r4::read_json(as_sender("GET", "/exchanges?limit=1000").body));
    return page.root().find("exchanges")->size();
}

void agree(const std::string& folder, const std::string& document)
{
    const auto file = folder + "/agreements/bench.json";
    write(file, document);
    int n = 1;
    for (const auto who : {app::kSenderName, app::kReceiverName}) {
        const auto party = need(app::local_party(folder, who));
        const auto stem = file + "." + std::to_string(n++);
        write(stem + ".jws", need(gateway::agreements::sign_agreement(
                                 document, party.key, party.certificate, app::now())));
        write(stem + ".pem", party.certificate.pem());
    }
}

std::vector<std::string> stores()
{
    std::vector<std::string> all{""};
    if (contract::PostgresServer::available()) {
        all.push_back(contract::PostgresServer::instance().fresh_url());
    }
    return all;
}

World& world()
{
    static World made;
    return made;
}

Outcome run(const std::string& command)
{
    Outcome outcome;
    auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error("no shell");
    }
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) {
        outcome.out += part.data();
    }
    outcome.status = ::pclose(pipe);
    return outcome;
}

std::uint16_t free_port()
{
    asio::io_context io;
    const asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
}

std::string metric_line(World& world, std::string_view begin)
{
    const auto& url = world.local().health_url();
    asio::ip::tcp::iostream stream("127.0.0.1", url.substr(url.rfind(':') + 1));
    stream << "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" << std::flush;
    std::string line;
    while (std::getline(stream, line)) {
        if (line.starts_with(begin)) {
            return line;
        }
    }
    return {};
}

std::string id_of(const net::Response& response)
{
    for (const auto& [name, value] : response.headers) {
        if (base::equals_ignoring_case(name, "location")) {
            return value.substr(value.rfind('/') + 1);
        }
    }
    return {};
}

std::string member(const std::string& json, std::string_view name)
{
    const auto document = fhir::r4::read_json(json);
    return document ? std::string(document->root().text_of(name)) : std::string{};
}

}  // namespace end_to_end
