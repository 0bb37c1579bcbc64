#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>

#include "gateway/app/command_line.hpp"
#include "gateway/app/commands.hpp"

using namespace gateway::app;

namespace {

void add_serve(CLI::App& app, Run& run)
{
    auto* command =
        app.add_subcommand("serve", "Run the gateway; prints one ready line with its addresses");
    auto options = std::make_shared<ServeOptions>();
    command->add_option("--config", options->config,
                        "TOML file; without it every key has its default");
    command->add_option("--data", options->data,
                        "Folder of store, keys and anchor (default puente-data)");
    command->footer(
        "SIGTERM drains, SIGHUP reloads packages, agreements, institutions and certificates.");
    command->callback([&run, options] { run = [options] { return serve(*options); }; });
}

void add_translate(CLI::App& app, Run& run)
{
    auto* command = app.add_subcommand(
        "translate",
        "One FHIR Bundle per message as NDJSON on stdout, findings as NDJSON on stderr");
    auto options = std::make_shared<TranslateOptions>();
    command->add_option("--as", options->as, "hl7v2, giis or fhir (default: looks at the bytes)");
    command->add_option("--profile", options->profile,
                        "Profile of the mapping package, for example GIIS-B015");
    command->add_option("--zone", options->zone,
                        "Offset of times that state none, for example -06:00");
    command->add_option("--charset", options->charset,
                        "Charset of bytes that declare none: windows-1252");
    command->add_option("--package", options->packages,
                        "Folder of an overlay package; may be repeated");
    auto* explain = command->add_flag("--explain", options->explain,
                                      "Print the lineage instead: target, source position, rule");
    command
        ->add_flag("--leaves", options->leaves, "Print per message: parsed mapped ignored reported")
        ->excludes(explain);
    command
        ->add_flag("--summary", options->summary,
                   "Print at the end what was ignored and reported: count, state, place, rule, why")
        ->excludes(explain);
    command
        ->add_option("--report", options->report,
                     "Print per file instead: accepted, warned, refused, and each rule with its "
                     "places: table, csv or json")
        ->check(CLI::IsMember({"table", "csv", "json"}))
        ->excludes(explain);
    command
        ->add_option("--to", options->to,
                     "Print HL7 v2 instead of FHIR: ADT, ORU or MDM, by the outgoing tables")
        ->excludes(explain);
    command->add_option("--jobs", options->jobs, "Files translated at once")
        ->check(CLI::Range(1, 256));
    command->add_option("PATH", options->paths, "Files or folders")->required();
    command->footer(
        "Exit 1 when a record was refused or has errors.\n  puente translate --leaves messages/ | "
        "sort | uniq -c");
    command->callback([&run, options] { run = [options] { return translate(*options); }; });
}

void add_validate(CLI::App& app, Run& run)
{
    auto* command = app.add_subcommand(
        "validate", "FHIR R4 validation: one OperationOutcome per resource, a summary on stderr");
    auto paths = std::make_shared<std::vector<std::string>>();
    auto profile = std::make_shared<std::string>();
    command->add_option("--profile", *profile,
                        "URL of a profile that every resource must meet, beside those it names");
    command->add_option("PATH", *paths, "JSON or NDJSON files, or folders")->required();
    command->callback(
        [&run, paths, profile] { run = [paths, profile] { return validate(*paths, *profile); }; });
}

void add_fhirpath(CLI::App& app, Run& run)
{
    auto* command =
        app.add_subcommand("fhirpath", "Evaluate FHIRPath on a resource: one JSON value per line");
    auto expression = std::make_shared<std::string>();
    auto file = std::make_shared<std::string>();
    command->add_option("EXPR", *expression, "For example \"Patient.name.given\"")->required();
    command->add_option("FILE", *file, "A FHIR resource as JSON")->required();
    command->callback([&run, expression, file] {
        run = [expression, file] { return fhirpath(*expression, *file); };
    });
}

void add_send(CLI::App& app, Run& run)
{
    auto* command = app.add_subcommand(
        "send", "Sign and send as an institution would; prints file, result, exchange and receipt");
    auto options = std::make_shared<SendOptions>();
    command->add_option("--url", options->url, "Gateway, for example https://localhost:8443");
    command->add_option("--key", options->key, "PEM private key that signs the request");
    command->add_option("--cert", options->certificate, "PEM certificate of --key");
    command->add_option("--tls-key", options->tls_key, "PEM private key for TLS (default --key)");
    command->add_option("--tls-cert", options->tls_certificate,
                        "PEM certificate for TLS (default --cert)");
    command->add_option("--ca", options->ca,
                        "PEM of the CA that issued the gateway's TLS certificate");
    command->add_option("--agreement", options->agreement, "File of the agreement document");
    command->add_option("--purpose", options->purpose, "v3-ActReason code, for example TREAT");
    command->add_option("--gateway", options->gateway, "URN of the gateway (default: asks it)");
    command->add_option("--out", options->out, "Folder for the receipts (default: printed)");
    command->add_option("--mllp", options->mllp,
                        "HOST:PORT: send HL7 v2 over MLLP instead, print the ACK");
    command->add_option("PATH", options->paths, "Files or folders")->required();
    command->footer("Exit 1 when anything was refused.");
    command->callback([&run, options] {
        if (options->mllp.empty()) {
            for (const auto* given : {&options->url, &options->key, &options->certificate,
                                      &options->ca, &options->agreement, &options->purpose}) {
                if (given->empty()) {
                    throw CLI::RequiredError(
                        "--url, --key, --cert, --ca, --agreement and --purpose (or --mllp)");
                }
            }
        }
        run = [options] { return send(*options); };
    });
}

void add_receive(CLI::App& app, Run& run)
{
    auto* command = app.add_subcommand(
        "receive", "Receive deliveries as an institution would: keep them, countersign them");
    auto options = std::make_shared<ReceiveOptions>();
    command->add_option("--listen", options->port, "Port on 127.0.0.1; 0 takes a free one")
        ->required();
    command->add_option("--key", options->key, "PEM private key that countersigns")->required();
    command->add_option("--cert", options->certificate, "PEM certificate of --key")->required();
    command->add_option("--tls-key", options->tls_key, "PEM private key for TLS (default --key)");
    command->add_option("--tls-cert", options->tls_certificate,
                        "PEM certificate for TLS (default --cert)");
    command
        ->add_option("--ca", options->ca, "PEM of the CA that issued the gateway's TLS certificate")
        ->required();
    command
        ->add_option(
            "--gateway-cert", options->gateway_certificate,
            "PEM of the certificates the gateway signs receipts with: two while it changes")
        ->required();
    command->add_option("--out", options->out, "Folder for what is received")->required();
    command->callback([&run, options] { run = [options] { return receive(*options); }; });
}

void add_verify(CLI::App& app, Run& run)
{
    auto* command = app.add_subcommand(
        "verify", "Check evidence offline: names each check and the first failure");
    auto options = std::make_shared<VerifyOptions>();
    command
        ->add_option("--trust", options->trust,
                     "Folder of *.pem anchors and *.vkey keys of ledgers and witnesses, brought "
                     "from outside")
        ->required();
    auto* ledger =
        command->add_option("--ledger", options->ledger,
                            "Folder of a whole ledger (C2SP tiles) instead of one evidence tar");
    command->add_option("EVIDENCE", options->evidence, "The tar of GET /exchanges/{id}/evidence")
        ->excludes(ledger);
    command->callback([&run, options] {
        if (options->evidence.empty() && options->ledger.empty()) {
            throw CLI::RequiredError("EVIDENCE.tar or --ledger DIR");
        }
        run = [options] { return verify(*options); };
    });
}

void add_bench(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("bench", "The project's own benchmarks, every check on")
                      ->require_subcommand(1);
    auto options = std::make_shared<BenchOptions>();
    const auto add_store = [options](CLI::App* command) {
        command->add_option("--store", options->store,
                            "postgresql://…, an empty database, instead of SQLite");
    };
    const auto add = [&](const char* name, const char* text, int (*bench)(const BenchOptions&),
                         bool paths) {
        auto* command = group->add_subcommand(name, text);
        command->add_flag("--json", options->json, "One JSON object");
        command->add_option("--seconds", options->seconds, "Length of each window")
            ->check(CLI::Range(1, 600));
        if (paths) {
            command->add_option("PATH", options->paths,
                                "Files or folders (default: built-in invented samples)");
        } else {
            command->add_option("--connections", options->connections, "Kept mTLS connections")
                ->check(CLI::Range(1, 1024));
            add_store(command);
        }
        command->callback(
            [&run, options, bench] { run = [options, bench] { return bench(*options); }; });
    };
    add("translate", "Messages per second: map and serialise, and with validation", bench_translate,
        true);
    add("validate", "Resources per second beside the bare hardened reader", bench_validate, true);
    add("exchange", "Exchanges per second to a durable receipt, and completed", bench_exchange,
        false);
    auto* load =
        group->add_subcommand("load", "A GIIS-B015 load, and the singles of others meanwhile");
    load->add_flag("--json", options->json, "One JSON object");
    load->add_option("--rows", options->rows, "Rows of the load")->check(CLI::Range(1, 300'000));
    add_store(load);
    load->callback([&run, options] { run = [options] { return bench_load(*options); }; });
    auto* ledger = group->add_subcommand(
        "ledger", "Leaves per second of verify --ledger, and the time of an inclusion proof");
    ledger->add_flag("--json", options->json, "One JSON object");
    ledger->add_option("--seconds", options->seconds, "Length of the window")
        ->check(CLI::Range(1, 600));
    ledger->add_option("--leaves", options->leaves, "Leaves of the ledger proofs are made in")
        ->check(CLI::Range(1, 100'000'000));
    ledger->callback([&run, options] { run = [options] { return bench_ledger(*options); }; });
}

}  // namespace

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"Puente: HL7 FHIR interoperability gateway for Mexico's health institutions"};
    app.require_subcommand(1);
    app.set_version_flag("--version", PUENTE_VERSION);
    Run run;
    for (const auto add :
         {add_serve, add_store, add_exchange, add_translate, add_validate, add_fhirpath, add_send,
          add_receive, add_verify, add_agreement, add_package, add_key, add_partner, add_bench}) {
        add(app, run);
    }
    const auto named = [&](const CLI::App* command) { return command->check_name(argv[1]); };
    if (argc > 1 && argv[1][0] != '-' && std::ranges::none_of(app.get_subcommands({}), named)) {
        std::cerr << "puente: there is no command \"" << argv[1]
                  << "\"; puente --help lists them\n";
        return kWrongUsage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUsage;
    }
    return run();
}
