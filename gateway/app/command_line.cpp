#include "gateway/app/command_line.hpp"

#include "gateway/app/commands.hpp"

namespace gateway::app {
namespace {

void add_side(CLI::App& command, const std::string& side, AgreementSide& party)
{
    const auto option = [&](const char* name, auto& into, const char* what) {
        command.add_option("--" + side + "-" + name, into, what);
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

}  // namespace

void add_store(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("store", "What an administrator does with the store")
                      ->require_subcommand(1);
    const auto add = [group, &run](const char* name, const char* text, const char* file,
                                   int (*work)(const StoreOptions&)) {
        auto* command = group->add_subcommand(name, text);
        auto options = std::make_shared<StoreOptions>();
        command->add_option("--config", options->config, "TOML configuration of the gateway")
            ->required();
        command->add_option("--data", options->data, "Folder of the store, instead of its data");
        if (file != nullptr) {
            command->add_option("FILE", options->file, file)->required();
        }
        command->callback(
            [&run, options, work] { run = [options, work] { return work(*options); }; });
        return command;
    };
    add("check",
        "Hold every row against what was signed and logged: names each fault; exit 1 when there is "
        "one",
        nullptr, store_check)
        ->footer(
            "The gateway must not be working on it: check a copy meanwhile, its anchor taken "
            "first.\n"
            "  cp data/anchor data/master.key copy/\n"
            "  puente store backup --config gateway.toml copy/puente.db\n"
            "  puente store check --config gateway.toml --data copy");
    auto* retain = group->add_subcommand(
        "retain", "Erase what has served its term, as the gateway does once a day");
    auto options = std::make_shared<RetainOptions>();
    retain->add_option("--config", options->config, "TOML configuration of the gateway")
        ->required();
    retain->add_flag("--dry-run", options->dry_run, "Erase nothing");
    retain->add_option("--at", options->at, "RFC 3339: what a dry run would find then");
    retain->footer(
        "Prints exchange, agreement, end of the term, years, and what the parties agreed at its "
        "end: only\n\"destroy\" is erased. The gateway must not be working on the store.");
    retain->callback([&run, options] { run = [options] { return store_retain(*options); }; });
    add("backup", "Copy a SQLite store as it is at this moment, also while a gateway works on it",
        "The copy; it must not exist", store_backup)
        ->footer("Keep master.key apart from it: whoever has both can read everything.");
    add("restore",
        "Put a copy in the place of a store that is gone; one older than the anchor is refused",
        "The copy", store_restore)
        ->footer(
            "A ledger that went back would sign again what it has signed: two histories. When "
            "only an older\ncopy is left, move the anchor aside and give the gateway a new "
            "ledger_origin.");
    add("move",
        "Move a SQLite store to the empty PostgreSQL database that the configuration's store names",
        "The SQLite store", store_move)
        ->footer(
            "The gateway must be stopped; data (with the anchor), ledger_origin and master_key "
            "stay "
            "as they were.\nThe store is checked first, then copied in one transaction: what is "
            "interrupted leaves the database\nempty, and can be run again. Afterwards no gateway "
            "opens the file. It still holds every payload:\nan erasure in PostgreSQL does not "
            "reach it, so destroy it, and its copies, when store check has passed.\n"
            "  puente store move --config gateway.toml data/puente.db\n"
            "  puente store check --config gateway.toml");
}

namespace {

void add_reprocess(CLI::App& group, Run& run)
{
    auto* command = group.add_subcommand(
        "reprocess",
        "After a mapping was mended: translate what was kept anew, show what differs, send it");
    auto options = std::make_shared<ReprocessOptions>();
    command->add_option("ID", options->ids, "Exchanges; without any, all that the filters leave");
    command->add_option("--url", options->url, "https://HOST:PORT of the gateway")->required();
    command->add_option("--key", options->key, "PEM private key, of TLS")->required();
    command->add_option("--cert", options->certificate, "PEM certificate of --key")->required();
    command->add_option("--ca", options->ca, "PEM of the gateway's CA")->required();
    command->add_option("--reason", options->reason, "Why; names no person")->required();
    command->add_option("--sender", options->sender, "Only what this institution (URN) sent");
    command->add_option("--from", options->from, "RFC 3339: only what was received since");
    command->add_option("--until", options->until, "RFC 3339: only what was received before");
    command->add_option("--plan", options->plan,
                        "Only what this plan translated: the digest in its receipt, as `package "
                        "check` prints it");
    command->add_flag("--send", options->send,
                      "Make and deliver the new versions; without it nothing is written");
    command->footer(
        "The gateway translates with the packages it has loaded (SIGHUP after mending one) and "
        "decides by the\nagreement in force. Where the result differs from what was emitted, "
        "--send makes a new exchange: its own\nreceipt, which names the one before, delivered like "
        "any other. Nothing is overwritten; where nothing differs\nnothing is written. What a "
        "later "
        "record has brought since keeps that record's state.\n\n"
        "Prints, tab separated, no values:\n"
        "  ID[/ROW]  changed  NEW-ID or -            would be, or was, made anew\n"
        "  ID[/ROW]  PATH  added|changed|removed  RULE   each place where it differs\n"
        "  ID[/ROW]  overtaken|gone|waiting|refused  PU-CODE PLACE\n"
        "waiting: not delivered yet and in no order with its correction, or a load under way: ask "
        "again later.\n"
        "gone: erased, or a rejection, of which nothing is kept. Stopped in the middle, the same "
        "command goes on.\n"
        "Exit 0 when all is done, 1 when something was refused, waits or failed.\n\n"
        "  puente exchange reprocess --url https://localhost:8443 --key admin.key --cert admin.pem "
        "--ca root.pem \\\n"
        "      --sender urn:puente:institution:hospital-norte --from 2026-11-01T00:00:00Z --reason "
        "'mx.hospital-norte 1.0.1'\n"
        "  … the same with --send");
    command->callback([&run, options] {
        if (options->ids.empty() && options->sender.empty() && options->from.empty() &&
            options->until.empty() && options->plan.empty()) {
            throw CLI::RequiredError("which: ID, --sender, --from, --until or --plan");
        }
        run = [options] { return exchange_reprocess(*options); };
    });
}

}  // namespace

void add_exchange(CLI::App& app, Run& run)
{
    auto* group = app.add_subcommand("exchange",
                                     "Corrections, and what an authority orders about an exchange")
                      ->require_subcommand(1);
    add_reprocess(*group, run);
    const auto add = [group, &run](const char* name, const char* order, const char* text) {
        auto* command = group->add_subcommand(name, text);
        auto options = std::make_shared<OrderOptions>();
        options->order = order;
        command->add_option("ID", options->exchange, "The exchange")->required();
        command->add_option("--url", options->url, "https://HOST:PORT of the gateway")->required();
        command->add_option("--key", options->key, "PEM private key, of TLS")->required();
        command->add_option("--cert", options->certificate, "PEM certificate of --key")->required();
        command->add_option("--ca", options->ca, "PEM of the gateway's CA")->required();
        command->add_option("--number", options->number, "Number of the order")->required();
        command->add_option("--authority", options->authority, "Whose order it is")->required();
        command->add_option("--reason", options->reason, "Why; names no person")->required();
        command->footer("Asked by an administrator or a privacy officer; audited and logged.");
        command->callback(
            [&run, options] { run = [options] { return exchange_order(*options); }; });
    };
    add("hold", "hold", "Keep it, whatever its term, until the order is released");
    add("release", "release", "The order of this number holds it no more");
    add("erase", "erasure",
        "Destroy its payloads' keys and all that is served of it; its evidence stays");
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

    auto* request = group->add_subcommand(
        "request", "An institution's two keys and the requests (CSR) for their certificates");
    auto folder = std::make_shared<std::string>();
    auto name = std::make_shared<std::string>();
    request->add_option("--out", *folder, "Folder to write")->required();
    request->add_option("NAME", *name, "As it was invited: a-z, 0-9 and '-'")->required();
    request->footer("Send the two .csr; the two .key stay where they are.");
    request->callback(
        [&run, folder, name] { run = [folder, name] { return key_request(*folder, *name); }; });
}

}  // namespace gateway::app
