#include <cstdio>
#include <filesystem>
#include <map>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/findings.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/packages.hpp"
#include "gateway/app/partners.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/custody.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Result;

/// What the institution has sent or was sent here, by the SHA-256 of its bytes (hex): of two with
/// the same bytes the one that was accepted.
using Sent = std::map<std::string, core::Exchange, std::less<>>;

Result<Sent> sent_by(const std::string& urn, store::Store& store)
{
    Sent sent;
    store::ExchangeFilter filter{.party = urn, .state = {}, .before = {}, .limit = 500};
    for (;;) {
        const auto page = store.list_exchanges(filter);
        if (!page) {
            return base::Failure(page.error());
        }
        for (const auto& exchange : *page) {
            const auto [at, fresh] = sent.try_emplace(exchange.in_digest, exchange);
            if (!fresh && at->second.state == core::State::rejected) {
                at->second = exchange;
            }
        }
        if (page->size() < filter.limit) {
            return sent;
        }
        filter.before = page->back().id;
    }
}

/// The gateway may be working: a SQLite store is looked at in a copy, PostgreSQL as a node of no
/// ledger.
Result<Sent> read_sent(const config::Config& config, const std::string& urn,
                       std::map<std::string, std::string>& receipts)
{
    const auto reader = "homologation-" + std::to_string(now().microseconds);
    const auto copy = config.data + "/" + reader;
    if (config.store.empty()) {
        if (auto copied = store::copy_sqlite(config.data + "/puente.db", copy); !copied) {
            return base::Failure(copied.error());
        }
    }
    auto store = config.store.empty() ? store::open_sqlite(copy)
                                      : store::open_postgres(config.store, reader);
    auto sent = store ? sent_by(urn, **store) : Result<Sent>(base::Failure(store.error()));
    for (auto at = sent ? sent->begin() : Sent::iterator{}; sent && at != sent->end(); ++at) {
        receipts[at->second.id] =
            exchange::document_of(at->second.id, "receipt.jws", **store).value_or("");
    }
    store = base::fail(Errc::internal, {}, {});  // closed before its files go
    std::error_code ignored;
    for (const auto* rest : {"", "-wal", "-shm", ".lock"}) {
        fs::remove(copy + rest, ignored);
    }
    return sent;
}

/// One sample: what the package makes of it, and what the test world answered.
struct Sample {
    std::string json;
    std::string page;
    bool passed = false;
};

struct Told {
    std::string exchange, state, code, receipt, env;
    bool good = false;  ///< what it sent was accepted; what it was sent, it countersigned
};

Told told_of(const std::string& urn, const Sent& sent,
             const std::map<std::string, std::string>& receipts, std::string_view bytes)
{
    const auto found = sent.find(base::to_hex(base::view(base::sha256(bytes))));
    if (found == sent.end()) {
        return {};
    }
    const auto& exchange = found->second;
    const auto& receipt = receipts.at(exchange.id);
    const auto token = crypto::read_jws(receipt, evidence::kReceiptTyp);
    const auto claims = token ? fhir::r4::read_json(token->claims)
                              : Result<fhir::r4::Document>(base::Failure(token.error()));
    const bool sender = exchange.sender == urn;
    return {.exchange = exchange.id,
            .state = std::string(core::to_text(exchange.state)),
            .code = exchange.code,
            .receipt = evidence::digest_claim(receipt),
            .env = claims ? std::string(claims->root().text_of("env")) : std::string(),
            .good = exchange.state == core::State::completed ||
                    (sender && exchange.state == core::State::accepted)};
}

Sample look_at(const std::string& name, const std::string& bytes,
               const mapping::Translator& translator, const mapping::Request& request,
               const Told& told)
{
    Findings findings;
    Summary summary;
    mapping::LeafLedger leaves;
    std::size_t records = 0;
    const auto take = [&](mapping::Translation&& translation) {
        ++records;
        leaves.parsed += translation.leaves.parsed;
        leaves.mapped += translation.leaves.mapped;
        leaves.ignored += translation.leaves.ignored;
        leaves.reported += translation.leaves.reported;
        count(translation, summary);
        validate_record(translation);
        findings.add(translation);
    };
    const auto read = translator.translate(bytes, request, take);
    if (!read) {
        findings.add(base::to_issue(read.error(), base::Severity::fatal), "file");
    }
    findings.close();
    Sample sample;
    sample.passed = read && findings.refused() == 0 && told.good && told.env == "test";

    auto& json = sample.json;
    json = "{";
    append_member(json, "file", name);
    append_member(json, "digest", evidence::digest_claim(bytes));
    append_member(json, "exchange", told.exchange);
    append_member(json, "state", told.state);
    append_member(json, "code", told.code);
    append_member(json, "receipt", told.receipt);
    append_member(json, "env", told.env);
    append_member(json, "records", records);
    append_member(json, "refused", findings.refused());
    append_member(json, "parsed", leaves.parsed);
    append_member(json, "mapped", leaves.mapped);
    append_member(json, "ignored", leaves.ignored);
    append_member(json, "reported", leaves.reported);
    json.append(",\"unmapped\":[");
    auto& page = sample.page;
    page = findings.to_table(name);
    page += "  hojas: " + std::to_string(leaves.parsed) +
            " leídas = " + std::to_string(leaves.mapped) + " mapeadas + " +
            std::to_string(leaves.ignored) + " ignoradas por regla + " +
            std::to_string(leaves.reported) + " reportadas\n";
    for (const auto& [what, times] : summary) {
        json.append(json.back() == '[' ? "{" : ",{");
        append_member(json, "what", what);
        append_member(json, "times", times);
        json.append("}");
        page += "    " + std::to_string(times) + "  " + what + "\n";
    }
    json.append("],\"findings\":").append(findings.to_json(name));
    while (json.back() == '\n') {
        json.pop_back();
    }
    json.append("}");
    page += told.exchange.empty()
                ? "  falta: la institución no ha enviado este archivo a la pasarela de pruebas\n"
                : "  intercambio de prueba " + told.exchange + ": " + told.state + " " + told.code +
                      "\n";
    return sample;
}

mapping::Request request_of(const Partner& partner)
{
    if (partner.routes.empty()) {
        return {};
    }
    const auto& route = partner.routes.front();
    return {.format = {},
            .profile = route.profile,
            .default_zone = route.zone,
            .undeclared_charset = route.undeclared_charset,
            .media_type = {}};
}

}  // namespace

int partner_homologate(const HomologateOptions& options)
{
    const auto config = load_config(options.config, {});
    if (!config) {
        return kWrongUsage;
    }
    if (config->env != "test") {
        return complain(
            {Errc::wrong_usage, "env", {"una pasarela de pruebas", "a test gateway"}, {}});
    }
    const auto folder = partner_folder(*config, options.name);
    const auto partner = folder ? read_partner(*folder) : base::Failure(folder.error());
    const auto files = files_of(options.samples);
    const auto translator = load_tested_translator(config->packages);
    if (!partner || !files || !translator) {
        return complain(!partner ? partner.error() : !files ? files.error() : translator.error());
    }
    std::map<std::string, std::string> receipts;
    const auto sent = read_sent(*config, partner->institution.id, receipts);
    if (!sent) {
        return complain(sent.error());
    }
    std::string samples;
    std::string pages;
    bool passed = !files->empty();
    for (const auto& file : *files) {
        const auto bytes = read_file(file);
        if (!bytes) {
            return complain(bytes.error());
        }
        const auto name = fs::path(file).filename().string();
        const auto sample = look_at(name, *bytes, *translator, request_of(*partner),
                                    told_of(partner->institution.id, *sent, receipts, *bytes));
        samples.append(samples.empty() ? "" : ",\n ").append(sample.json);
        pages += sample.page + "\n";
        passed = passed && sample.passed;
    }
    std::string json = "{";
    append_member(json, "format", kReportFormat);
    append_member(json, "institution", partner->institution.id);
    append_member(json, "gateway", config->name);
    append_member(json, "env", config->env);
    append_member(json, "made", base::to_rfc3339(now()));
    append_member(json, "plan", translator->plan_digest());
    json.append(passed ? ",\"passed\":true" : ",\"passed\":false");
    json.append(",\"samples\":[\n ").append(samples).append("]}\n");
    pages += passed ? "Aprobada. Sigue: puente partner promote en la pasarela de producción.\n"
                    : "No aprobada. Corrija lo anterior, envíe los archivos a la pasarela de "
                      "pruebas y repita.\n";
    const auto kept = write_file(*folder + "/homologation.json", json).and_then([&] {
        return write_file(*folder + "/homologation.txt", pages);
    });
    if (!kept) {
        return complain(kept.error());
    }
    std::fputs(pages.c_str(), stdout);
    return passed ? kDone : kRefused;
}

}  // namespace gateway::app
