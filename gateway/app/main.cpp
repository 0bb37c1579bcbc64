#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>

#include "gateway/app/commands.hpp"

namespace {

using namespace gateway::app;

/// Every command with its options; each sets `run`.
using Run = std::function<int()>;

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
                     "Folder of *.pem anchors and *.vkey ledger keys, brought from outside")
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

void add_side(CLI::App& command, const std::string& side, AgreementSide& party)
{
    const auto option = [&](const char* name, auto& into, const char* what) {
        command.add_option("--" + side + "-" + name, into, what)->required();
    };
    option("cert", party.certificate, "PEM certificate of its operational signing key");
    option("name", party.name, "Its name");
    option("rfc", party.rfc, "Its RFC");
    option("clues", party.clues, "CLUES of its establishments in scope");
    option("signatory", party.signatory, "Who signs for it");
    option("position", party.position, "Position of who signs");
}

void add_agreement_papers(CLI::App& group, Run& run)
{
    auto* fresh = group.add_subcommand(
        "new", "A document to start from, on stdout: test world, one year, TREAT from the first");
    auto id = std::make_shared<std::string>();
    auto from = std::make_shared<AgreementSide>();
    auto to = std::make_shared<AgreementSide>();
    fresh->add_option("ID", *id, "Name of the agreement")->required();
    add_side(*fresh, "from", *from);
    add_side(*fresh, "to", *to);
    fresh->callback(
        [&run, id, from, to] { run = [id, from, to] { return agreement_new(*id, *from, *to); }; });

    auto* show = group.add_subcommand("show", "The document as a page in Spanish");
    auto file = std::make_shared<std::string>();
    show->add_option("FILE", *file, "Agreement document")->required();
    show->callback([&run, file] { run = [file] { return agreement_show(*file); }; });

    auto* revoke = group.add_subcommand(
        "revoke", "Sign an act that ends it, or suspends it with --until; writes FILE.act.N.jws");
    auto options = std::make_shared<RevokeOptions>();
    revoke->add_option("FILE", options->file, "Agreement document")->required();
    revoke->add_option("--key", options->key, "PEM private key of a party")->required();
    revoke->add_option("--cert", options->certificate, "PEM certificate of --key")->required();
    revoke->add_option("--reason", options->reason, "Why; names no person")->required();
    revoke->add_option("--from", options->from, "RFC 3339 (default: now)");
    revoke->add_option("--until", options->until, "RFC 3339: a suspension until then");
    revoke->footer("A running gateway takes it with SIGHUP.");
    revoke->callback([&run, options] { run = [options] { return agreement_revoke(*options); }; });
}

void add_agreement(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("agreement", "What an administrator does with agreements")
                      ->require_subcommand(1);
    auto* check = group->add_subcommand("check", "Read agreements and both signatures of each");
    auto files = std::make_shared<std::vector<std::string>>();
    auto trust = std::make_shared<std::string>();
    check->add_option("FILE", *files, "Agreement documents, their .N.jws and .N.pem beside them")
        ->required();
    check->add_option("--trust", *trust, "PEM of the CAs that issued the signers' certificates")
        ->required();
    check->callback(
        [&run, files, trust] { run = [files, trust] { return agreement_check(*files, *trust); }; });

    add_agreement_papers(*group, run);
    auto* sign = group->add_subcommand(
        "sign", "Sign the exact bytes of an agreement; writes FILE.N.jws and FILE.N.pem");
    auto file = std::make_shared<std::string>();
    auto key = std::make_shared<std::string>();
    auto certificate = std::make_shared<std::string>();
    sign->add_option("FILE", *file, "Agreement document")->required();
    sign->add_option("--key", *key, "PEM private key of the signer")->required();
    sign->add_option("--cert", *certificate, "PEM certificate of --key")->required();
    sign->callback([&run, file, key, certificate] {
        run = [file, key, certificate] { return agreement_sign(*file, *key, *certificate); };
    });
}

void add_package(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("package", "What a mapping engineer does with packages")
                      ->require_subcommand(1);
    auto* check = group->add_subcommand(
        "check", "Compile packages on top of the built-in ones; every fault at once");
    auto folders = std::make_shared<std::vector<std::string>>();
    check->add_option("DIR", *folders, "Package folders, lowest layer first");
    check->callback([&run, folders] { run = [folders] { return package_check(*folders); }; });

    auto* test = group->add_subcommand(
        "test", "Run the packages' own tests: tests/NAME.* must become tests/NAME.ndjson");
    test->add_option("DIR", *folders, "Package folders, lowest layer first")->required();
    test->footer(
        "Write an expectation with: puente translate --package DIR DIR/tests/NAME.hl7 > "
        "DIR/tests/NAME.ndjson");
    test->callback([&run, folders] { run = [folders] { return package_test(*folders); }; });

    auto* diff = group->add_subcommand(
        "diff", "Which records of a corpus would change from package A to package B");
    auto before = std::make_shared<std::string>();
    auto after = std::make_shared<std::string>();
    auto corpus = std::make_shared<std::vector<std::string>>();
    diff->add_option("A", *before, "Package folder in force")->required();
    diff->add_option("B", *after, "Package folder proposed")->required();
    diff->add_option("CORPUS", *corpus, "Files or folders")->required();
    diff->callback([&run, before, after, corpus] {
        run = [before, after, corpus] { return package_diff(*before, *after, *corpus); };
    });
}

void add_key(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("key", "Keys and certificates")->require_subcommand(1);
    auto* pki =
        group->add_subcommand("dev-pki", "A throw-away PKI for one machine; never for production");
    auto out = std::make_shared<std::string>();
    auto gateway = std::make_shared<std::string>("urn:puente:gateway:local");
    auto origin = std::make_shared<std::string>("puente.local/ledger-1");
    auto names = std::make_shared<std::vector<std::string>>();
    pki->add_option("--out", *out, "Folder to write")->required();
    pki->add_option("--gateway", *gateway, "URN of the gateway")->capture_default_str();
    pki->add_option("--origin", *origin, "Origin of its ledger")->capture_default_str();
    pki->add_option("NAME", *names, "Institutions: a-z, 0-9 and '-'")->required();
    pki->callback([&run, out, gateway, origin, names] {
        run = [out, gateway, origin, names] {
            return key_dev_pki(*out, *gateway, *origin, *names);
        };
    });
}

void add_bench(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("bench", "The project's own benchmarks, every check on")
                      ->require_subcommand(1);
    auto options = std::make_shared<BenchOptions>();
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
    load->callback([&run, options] { run = [options] { return bench_load(*options); }; });
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
         {add_serve, add_translate, add_validate, add_fhirpath, add_send, add_receive, add_verify,
          add_agreement, add_package, add_key, add_bench}) {
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
