#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/party.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kWait{30};

asio::awaitable<int> post_order(const OrderOptions& options, net::HttpsClient& client)
{
    fhir::r4::Document body;
    body.root().kind = fhir::r4::Kind::object;
    body.add(body.root(), "number", fhir::r4::Kind::string, options.number);
    body.add(body.root(), "authority", fhir::r4::Kind::string, options.authority);
    net::Headers headers{{"content-type", "application/json"},
                         {"exchange-purpose", "HLEGAL"},
                         {"exchange-justification", options.reason}};
    auto answer = co_await client.send(
        "POST", options.url + "/exchanges/" + options.exchange + "/" + options.order,
        std::move(headers), fhir::r4::to_json(body.root()), kWait);
    if (!answer) {
        co_return complain(answer.error());
    }
    const auto& response = answer->response;
    if (response.status == 200) {
        std::printf("%s\n", response.body.c_str());
        co_return kDone;
    }
    const auto problem = fhir::r4::read_json(response.body);
    const auto say = [&](std::string_view name) {
        return problem ? std::string(problem->root().text_of(name)) : std::string{};
    };
    std::fprintf(stderr, "%s %s\n", say("code").c_str(), say("detail").c_str());
    co_return kRefused;
}

}  // namespace

int exchange_order(const OrderOptions& options)
{
    const auto party = Party::load(options.key, options.certificate, {}, {}, options.ca);
    if (!party) {
        return complain(party.error());
    }
    asio::io_context io;
    const auto client = net::HttpsClient::create(io.get_executor(), party->client());
    if (!client) {
        return complain(client.error());
    }
    int exit = kRefused;
    asio::co_spawn(io, post_order(options, **client),
                   [&exit, &io](const std::exception_ptr& error, int code) {
                       exit = error ? kRefused : code;
                       io.stop();
                   });
    io.run();
    return exit;
}

}  // namespace gateway::app
