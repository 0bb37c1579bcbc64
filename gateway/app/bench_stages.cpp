#include "gateway/app/bench_stages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "fhir_models/national/identity.hpp"
#include "fhir_models/national/minimum_dataset.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/validate.hpp"
#include "gateway/app/bench.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/crypto/seal.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/store/store.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kWait{30};
constexpr double kWindow = 0.5;
constexpr std::size_t kBatch = 32;

double seconds_per_round(const std::function<void()>& work)
{
    return 1 / rounds_per_cpu_second(kWindow, work);
}

/// What an exchange keeps, but for what its number decides.
struct Kept {
    crypto::Sealed source;
    crypto::Sealed fhir;
    std::string token;
    std::vector<store::ServedResource> resources;
};

std::vector<store::ServedResource> resources_of(const fhir::r4::Node& bundle)
{
    std::vector<store::ServedResource> resources;
    for (const auto& entry : *bundle.find("entry")) {
        const auto* const resource = entry.find("resource");
        resources.push_back({std::string(resource->text_of("resourceType")),
                             {},
                             static_cast<std::uint32_t>(resources.size())});
    }
    return resources;
}

/// The rows of one exchange as the line makes them, without the ledger's.
store::Rows rows_of(std::size_t number, const Kept& kept)
{
    store::Rows rows;
    const auto at = now();
    core::Exchange exchange{.id = core::new_id(at),
                            .jti = std::to_string(number),
                            .sender = "s",
                            .receiver = "r",
                            .received = at};
    exchange.ledger_index = number;
    rows.leaves.push_back({number, std::string(200, 'l')});
    rows.blobs.push_back({exchange.id, "source", 0, kept.source});
    rows.blobs.push_back({exchange.id, "fhir", 0, kept.fhir});
    for (const auto* system : {"curp", "folio"}) {
        rows.persons.push_back({exchange.id, system, exchange.id, at});
    }
    store::ServedRecord served{exchange.id, 0, exchange.id, at, kept.resources};
    for (auto& resource : served.resources) {
        resource.id = core::new_id(at);
    }
    rows.served.push_back(std::move(served));
    for (const auto* name : {"request.jws", "receipt.jws", "outcome.json", "records.ndjson"}) {
        rows.documents.push_back({exchange.id, {name, kept.token}});
    }
    rows.outbox.push_back({.exchange = exchange.id,
                           .partner = "r",
                           .person = exchange.id,
                           .attempts = 0,
                           .due = at,
                           .leased_until = {}});
    rows.audit.push_back({.id = core::new_id(at),
                          .kind = core::AuditKind::received,
                          .when = at,
                          .agent = "s",
                          .address = {},
                          .purpose = {},
                          .justification = {},
                          .agreement = {},
                          .exchange = exchange.id,
                          .person = {},
                          .outcome = {},
                          .entity = {}});
    rows.exchanges.push_back(std::move(exchange));
    return rows;
}

void append(store::Rows& all, store::Rows more)
{
    const auto move = [](auto& to, auto& from) { std::ranges::move(from, std::back_inserter(to)); };
    move(all.leaves, more.leaves);
    move(all.blobs, more.blobs);
    move(all.documents, more.documents);
    move(all.outbox, more.outbox);
    move(all.audit, more.audit);
    move(all.persons, more.persons);
    move(all.served, more.served);
    move(all.exchanges, more.exchanges);
}

base::Result<double> commit_seconds(const std::string& folder, const Kept& kept)
{
    auto store = store::open_sqlite(folder + "/stages.db");
    if (!store) {
        return base::Failure(store.error());
    }
    std::size_t number = 0;
    bool good = true;
    const double batches = seconds_per_round([&] {
        store::Rows rows;
        for (std::size_t i = 0; i < kBatch; ++i) {
            append(rows, rows_of(number++, kept));
        }
        good = (*store)->commit(rows).has_value() && good;
    });
    if (!good) {
        return base::fail(base::Errc::store_failed, "bench",
                          {"cada lote guardado", "each batch saved"});
    }
    return batches / kBatch;
}

/// One request with that body, over a kept connection, both ends on this thread.
base::Result<double> round_trip_seconds(const Party& party, const std::string& body)
{
    asio::io_context io(1);
    const auto limit = [](std::string_view, std::string_view) { return std::size_t{1} << 20U; };
    const auto answer = [&body](const net::Request&) -> asio::awaitable<net::Response> {
        co_return net::Response{.status = 201, .body = body};
    };
    auto server = net::serve_https(io.get_executor(), "127.0.0.1", 0, party.server(),
                                   net::ClientAuth::required, {}, limit, answer);
    auto client = net::HttpsClient::create(io.get_executor(), party.client());
    if (!server || !client) {
        return base::Failure(server ? client.error() : server.error());
    }
    const auto url = "https://localhost:" + std::to_string((*server)->port()) + "/";
    bool good = true;
    const auto seconds = seconds_per_round([&] {
        bool done = false;
        const auto ask = [&]() -> asio::awaitable<void> {
            const auto got = co_await (*client)->send("POST", url, {}, body, kWait);
            good = good && got && got->response.status == 201;
            done = true;
        };
        asio::co_spawn(io, ask(), asio::detached);
        while (!done) {
            io.run_one();
        }
    });
    if (!good) {
        return base::fail(base::Errc::internal, "bench", {"cada respuesta", "every answer"});
    }
    return seconds;
}

}  // namespace

base::Result<std::vector<Stage>> measure_stages(const std::string& folder, const Party& sender,
                                                const Terms& terms)
{
    const auto translator = mapping::Translator::built_in();
    const auto gateway_key = crypto::PrivateKey::from_file(folder + "/pki/gateway/signing.key");
    const auto gateway_certificate =
        crypto::Certificate::from_file(folder + "/pki/gateway/signing.pem");
    const auto message = invented_adt(1);
    const auto request = sign_request(sender, terms, message, now());
    if (!translator || !gateway_key || !gateway_certificate || !request) {
        return base::fail(base::Errc::internal, "stages",
                          {"llaves y paquetes", "keys and packages"});
    }
    const auto& token = request->headers[2].second;
    const auto master = crypto::MasterKey::from_bytes({});
    std::vector<Stage> stages;
    const auto measure = [&stages](Stage stage, const std::function<void()>& work) {
        stage.seconds = seconds_per_round(work);
        stages.push_back(std::move(stage));
    };

    const auto wire = round_trip_seconds(sender, message);
    if (!wire) {
        return base::Failure(wire.error());
    }
    stages.push_back({.name = "round_trip", .seconds = *wire, .completed = 1});
    measure({.name = "check_rs256"}, [&] {
        const auto read = crypto::read_jws(token, evidence::kRequestTyp);
        static_cast<void>(crypto::verify_jws(*read, sender.certificate));
    });
    Kept kept;
    std::string json;
    measure({.name = "map_and_serialise"}, [&] {
        json.clear();
        static_cast<void>(
            translator->translate(message, {}, [&](mapping::Translation&& translation) {
                fhir::r4::write_json(translation.bundle.root(), json);
            }));
    });
    static_cast<void>(translator->translate(message, {}, [&](mapping::Translation&& translation) {
        const auto& bundle = translation.bundle.root();
        kept.resources = resources_of(bundle);
        measure({.name = "validate"}, [&] {
            static_cast<void>(fhir::r4::validate(bundle));
            static_cast<void>(fhir::national::check_identity(bundle));
            static_cast<void>(fhir::national::check_minimum_dataset(bundle));
        });
    }));
    measure({.name = "seal"}, [&] {
        static_cast<void>(crypto::seal(master, message, "bench"));
        static_cast<void>(crypto::seal(master, json, "bench"));
    });
    const auto sign = [&] {
        return crypto::sign_jws(*gateway_key,
                                {.algorithm = gateway_key->algorithm(),
                                 .typ = "bench+jws",
                                 .kid = "bench",
                                 .x5t_s256 = gateway_certificate->x5t()},
                                token);
    };
    measure({.name = "sign_es256", .completed = 2}, [&] { static_cast<void>(sign()); });
    const auto signed_once = sign();
    measure({.name = "check_es256", .accepted = 0, .completed = 2}, [&] {
        const auto read = crypto::read_jws(*signed_once, "bench+jws");
        static_cast<void>(crypto::verify_jws(*read, *gateway_certificate));
    });
    kept.source = *crypto::seal(master, message, "bench");
    kept.fhir = *crypto::seal(master, json, "bench");
    kept.token = token;
    measure({.name = "open", .accepted = 0, .completed = 1},
            [&] { static_cast<void>(crypto::open(master, kept.fhir, "bench")); });
    const auto committed = commit_seconds(folder, kept);
    if (!committed) {
        return base::Failure(committed.error());
    }
    stages.push_back({.name = "commit", .seconds = *committed});
    return stages;
}

}  // namespace gateway::app
