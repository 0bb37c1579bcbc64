#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <filesystem>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/request.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;
using base::Errc;

constexpr std::chrono::seconds kWait{120};
constexpr std::chrono::milliseconds kLoadWait{500};

std::string_view header(const net::Headers& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

/// The gateway's own name, from its CapabilityStatement.
asio::awaitable<base::Result<std::string>> ask_name(net::HttpsClient& client,
                                                    const std::string& url)
{
    auto answer = co_await client.send("GET", url + "/fhir/metadata", {}, {}, kWait);
    if (!answer) {
        co_return base::Failure(answer.error());
    }
    const auto metadata = fhir::r4::read_json(answer->response.body);
    if (!metadata || metadata->root().text_of("publisher").empty()) {
        co_return base::fail(
            Errc::malformed_request, "/fhir/metadata",
            {"el nombre de la pasarela en publisher", "the gateway's name in publisher"});
    }
    co_return std::string(metadata->root().text_of("publisher"));
}

/// One line a person and a script can read: file, result, exchange, receipt or reason.
bool report(const SendOptions& options, const std::string& file, const net::Response& response)
{
    const auto location = header(response.headers, "location");
    const auto id = std::string(location.substr(location.rfind('/') + 1));
    if (response.status == 200 || response.status == 201) {
        std::string receipt = response.body;
        if (!options.out.empty()) {
            receipt = options.out + "/" + id + ".receipt.jws";
            if (const auto kept = write_file(receipt, response.body); !kept) {
                complain(kept.error());
            }
        }
        std::printf("%s\taccepted\t%s\t%s\n", file.c_str(), id.c_str(), receipt.c_str());
        return true;
    }
    const auto problem = fhir::r4::read_json(response.body);
    const auto say = [&](std::string_view name) {
        return problem ? std::string(problem->root().text_of(name)) : std::string{};
    };
    std::printf("%s\trejected\t%s\t%s %s\n", file.c_str(), id.c_str(), say("code").c_str(),
                say("where").c_str());
    return false;
}

/// Asks until the load is closed; what the gateway would have answered a single record.
asio::awaitable<base::Result<net::Response>> end_of_load(net::HttpsClient& client,
                                                         const std::string& url,
                                                         const net::Response& opened)
{
    const std::string location(header(opened.headers, "location"));
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        auto receipt = co_await client.send("GET", url + location + "/receipt", {}, {}, kWait);
        if (!receipt) {
            co_return base::Failure(receipt.error());
        }
        if (receipt->response.status == 202) {
            timer.expires_after(kLoadWait);
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        auto shown = co_await client.send("GET", url + location, {}, {}, kWait);
        if (!shown) {
            co_return base::Failure(shown.error());
        }
        const auto exchange = fhir::r4::read_json(shown->response.body);
        const bool refused = exchange && exchange->root().text_of("state") == "rejected";
        auto& answer = refused ? shown->response : receipt->response;
        answer.status = refused ? 422 : answer.status;
        answer.headers.emplace_back("location", location);
        co_return std::move(answer);
    }
}

asio::awaitable<int> send_https(const SendOptions& options, const Party& party,
                                net::HttpsClient& client, const std::vector<std::string>& files)
{
    const auto document = read_file(options.agreement);
    if (!document) {
        co_return complain(document.error());
    }
    auto terms = terms_of(*document, party.urn, options.purpose);
    if (!terms) {
        co_return complain(terms.error());
    }
    terms->url = options.url;
    const auto beside =
        std::filesystem::path(options.agreement).parent_path() / (terms->agreement + ".key");
    const auto key = read_file(beside.string());
    terms->subject_key = key ? std::string(base::trim(*key)) : std::string{};
    const auto translator = mapping::Translator::built_in();  // whose record it is, for `sub`
    auto name = options.gateway.empty() ? co_await ask_name(client, options.url)
                                        : base::Result<std::string>(options.gateway);
    if (!name) {
        co_return complain(name.error());
    }
    terms->gateway = *std::move(name);
    int exit = kDone;
    Progress progress("send", files.size());
    for (const auto& file : files) {
        auto body = read_file(file);
        if (!body) {
            co_return complain(body.error());
        }
        auto curp = translator ? curp_of(*translator, *body) : std::string{};
        auto request = sign_request(party, *terms, *std::move(body), now(),
                                    {.curp = std::move(curp), .jti = {}});
        if (!request) {
            co_return complain(request.error());
        }
        auto answer =
            co_await client.send("POST", options.url + "/exchanges", std::move(request->headers),
                                 std::move(request->body), kWait);
        if (!answer) {
            co_return complain(answer.error());
        }
        auto response = std::move(answer->response);
        if (response.status == 202) {
            auto ended = co_await end_of_load(client, options.url, response);
            if (!ended) {
                co_return complain(ended.error());
            }
            response = *std::move(ended);
        }
        exit = report(options, file, response) ? exit : kRefused;
        progress.step();
    }
    co_return exit;
}

asio::awaitable<int> send_v2(asio::any_io_executor executor, const SendOptions& options,
                             const std::vector<std::string>& files)
{
    const auto colon = options.mllp.rfind(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : base::to_size(std::string_view(options.mllp).substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) {
        co_return complain(
            base::fail(Errc::wrong_usage, "--mllp", {"HOST:PUERTO", "HOST:PORT"}).value());
    }
    int exit = kDone;
    for (const auto& file : files) {
        auto message = read_file(file);
        if (!message) {
            co_return complain(message.error());
        }
        auto ack =
            co_await net::send_mllp(executor, options.mllp.substr(0, colon),
                                    static_cast<std::uint16_t>(*port), *std::move(message), kWait);
        if (!ack) {
            co_return complain(ack.error());
        }
        const auto msa = ack->find("\rMSA|");
        const auto code =
            msa == std::string::npos ? std::string("no MSA") : ack->substr(msa + 5, 2);
        std::printf("%s\t%s\n", file.c_str(), code.c_str());
        for (const auto segment : base::split(*ack, '\r')) {
            if (segment.starts_with("MSA") || segment.starts_with("ERR")) {
                std::printf("  %.*s\n", static_cast<int>(segment.size()), segment.data());
            }
        }
        exit = code == "AA" || code == "CA" ? exit : kRefused;
    }
    co_return exit;
}

int run(asio::io_context& io, asio::awaitable<int> work)
{
    int exit = kRefused;
    asio::co_spawn(io, std::move(work), [&exit, &io](const std::exception_ptr& error, int code) {
        exit = error ? kRefused : code;
        io.stop();
    });
    io.run();
    return exit;
}

}  // namespace

int send(const SendOptions& options)
{
    const auto files = files_of(options.paths);
    if (!files) {
        return complain(files.error());
    }
    asio::io_context io;
    if (!options.mllp.empty()) {
        return run(io, send_v2(io.get_executor(), options, *files));
    }
    const auto party = Party::load(options.key, options.certificate, options.tls_key,
                                   options.tls_certificate, options.ca);
    if (!party) {
        return complain(party.error());
    }
    if (!options.out.empty()) {
        std::error_code ignored;
        std::filesystem::create_directories(options.out, ignored);
    }
    const auto client = net::HttpsClient::create(io.get_executor(), party->client());
    if (!client) {
        return complain(client.error());
    }
    return run(io, send_https(options, *party, **client, *files));
}

}  // namespace gateway::app
