#include "gateway/app/bench_stages.hpp"

#include <ctime>

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

constexpr double kWindow = 0.5;
constexpr std::size_t kBatch = 32;

double seconds_per_round(const std::function<void()>& work)
{
    return 1 / rounds_per_cpu_second(kWindow, work);
}

/// The rows of one exchange as the line makes them, without the ledger's.
store::Rows rows_of(std::size_t number, const crypto::Sealed& source, const crypto::Sealed& fhir,
                    const std::string& token)
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
    rows.blobs.push_back({exchange.id, "source", 0, source});
    rows.blobs.push_back({exchange.id, "fhir", 0, fhir});
    for (const auto* name : {"request.jws", "receipt.jws", "outcome.json", "records.ndjson"}) {
        rows.documents.push_back({exchange.id, {name, token}});
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
    move(all.exchanges, more.exchanges);
}

base::Result<double> commit_seconds(const std::string& folder, const crypto::Sealed& source,
                                    const crypto::Sealed& fhir, const std::string& token)
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
            append(rows, rows_of(number++, source, fhir, token));
        }
        good = (*store)->commit(rows).has_value() && good;
    });
    if (!good) {
        return base::fail(base::Errc::store_failed, "bench",
                          {"cada lote guardado", "each batch saved"});
    }
    return batches / kBatch;
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
    const auto measure = [&stages](std::string name, const std::function<void()>& work) {
        stages.push_back({std::move(name), seconds_per_round(work)});
    };

    measure("check_rs256", [&] {
        const auto read = crypto::read_jws(token, evidence::kRequestTyp);
        static_cast<void>(crypto::verify_jws(*read, sender.certificate));
    });
    std::string json;
    measure("map_and_serialise", [&] {
        json.clear();
        static_cast<void>(
            translator->translate(message, {}, [&](mapping::Translation&& translation) {
                fhir::r4::write_json(translation.bundle.root(), json);
            }));
    });
    static_cast<void>(translator->translate(message, {}, [&](mapping::Translation&& translation) {
        const auto& bundle = translation.bundle.root();
        measure("validate", [&] {
            static_cast<void>(fhir::r4::validate(bundle));
            static_cast<void>(fhir::national::check_identity(bundle));
            static_cast<void>(fhir::national::check_minimum_dataset(bundle));
        });
    }));
    measure("seal", [&] {
        static_cast<void>(crypto::seal(master, message, "bench"));
        static_cast<void>(crypto::seal(master, json, "bench"));
    });
    measure("sign_es256", [&] {
        static_cast<void>(crypto::sign_jws(*gateway_key,
                                           {.algorithm = gateway_key->algorithm(),
                                            .typ = "bench+jws",
                                            .kid = "bench",
                                            .x5t_s256 = gateway_certificate->x5t()},
                                           token));
    });
    const auto source = crypto::seal(master, message, "bench");
    const auto fhir = crypto::seal(master, json, "bench");
    const auto committed = commit_seconds(folder, *source, *fhir, token);
    if (!committed) {
        return base::Failure(committed.error());
    }
    stages.push_back({"commit", *committed});
    return stages;
}

}  // namespace gateway::app
