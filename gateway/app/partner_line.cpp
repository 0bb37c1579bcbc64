#include "gateway/app/command_line.hpp"
#include "gateway/app/commands.hpp"

namespace gateway::app {
namespace {

/// All that is missing, told at once.
void need(std::initializer_list<std::pair<const char*, bool>> given)
{
    std::string missing;
    for (const auto& [name, there] : given) {
        missing += there ? "" : (missing.empty() ? "" : ", ") + std::string(name);
    }
    if (!missing.empty()) {
        throw CLI::RequiredError(missing);
    }
}

void add_invite(CLI::App& group, Run& run)
{
    auto* command = group.add_subcommand(
        "invite", "First: who is invited to this gateway; writes partners/NAME/invitation.json");
    auto options = std::make_shared<InviteOptions>();
    command->add_option("NAME", options->name, "Short name: a-z, 0-9 and '-'");
    command->add_option("--config", options->config, "TOML configuration of the gateway");
    command->add_option("--title", options->title, "Name people read");
    command->add_option("--clues", options->clues, "CLUES of its main establishment");
    command->add_option("--role", options->roles, "sender, receiver; may be repeated")
        ->check(CLI::IsMember({"sender", "receiver"}));
    command->callback([&run, options] {
        need({{"NAME", !options->name.empty()},
              {"--config", !options->config.empty()},
              {"--title", !options->title.empty()},
              {"--clues", !options->clues.empty()},
              {"--role", !options->roles.empty()}});
        run = [options] { return partner_invite(*options); };
    });
}

void add_enrol(CLI::App& group, Run& run)
{
    auto* command = group.add_subcommand(
        "enrol", "Second: its certificates, its routes and the agreement it comes under");
    auto options = std::make_shared<EnrolOptions>();
    command->add_option("NAME", options->name, "As it was invited");
    command->add_option("--config", options->config, "TOML configuration of the gateway");
    command->add_option("--tls-csr", options->tls_csr, "Request for its TLS certificate");
    command->add_option("--signing-csr", options->signing_csr, "Request for its signing one");
    command->add_option("--ca", options->ca, "PEM of the authority that issues them");
    command->add_option("--ca-key", options->ca_key, "PEM private key of --ca");
    command->add_option("--dns", options->dns, "Name of its server in the TLS certificate");
    command->add_option("--tls-cert", options->tls_certificate, "Or: its TLS certificate");
    command->add_option("--signing-cert", options->signing_certificate, "and its signing one");
    command->add_option("--delivery-url", options->delivery_url,
                        "Where it receives (default: it fetches from its mailbox)");
    command->add_option("--routes", options->routes,
                        "TOML of [[route]] tables that speak for it, if it cannot sign");
    command->add_option("--agreement", options->agreement,
                        "Signed agreement to install; also alone, later");
    command->footer(
        "Its keys never travel: the institution runs puente key request --out DIR NAME and sends\n"
        "the two .csr. Once its certificates are out, both parties sign the agreement:\n"
        "  puente partner enrol NAME --config gateway.toml --agreement convenio.json\n"
        "A running gateway takes all of it with SIGHUP.");
    command->callback([&run, options] {
        const bool asks = !options->tls_csr.empty() || !options->signing_csr.empty() ||
                          !options->ca.empty() || !options->ca_key.empty();
        const bool has = !options->tls_certificate.empty() || !options->signing_certificate.empty();
        const bool later = !asks && !has && !options->agreement.empty();
        need({{"NAME", !options->name.empty()},
              {"--config", !options->config.empty()},
              {"--tls-csr", has || later || !options->tls_csr.empty()},
              {"--signing-csr", has || later || !options->signing_csr.empty()},
              {"--ca", has || later || !options->ca.empty()},
              {"--ca-key", has || later || !options->ca_key.empty()},
              {"--tls-cert", !has || !options->tls_certificate.empty()},
              {"--signing-cert", !has || !options->signing_certificate.empty()}});
        run = [options] { return partner_enrol(*options); };
    });
}

}  // namespace

void add_partner(CLI::App& app, Run& run)
{
    auto* group =
        app.add_subcommand("partner", "Takes an institution from invitation to production")
            ->require_subcommand(1);
    group->footer(
        "In the test world: invite, enrol; the institution sends its samples; homologate.\n"
        "In production, with its own keys: invite, enrol, promote. Everything stands as files in "
        "partners/NAME.");
    add_invite(*group, run);
    add_enrol(*group, run);

    auto* homologate = group->add_subcommand(
        "homologate", "Third: its own samples through its package and the test world; a report");
    auto samples = std::make_shared<HomologateOptions>();
    homologate->add_option("NAME", samples->name, "As it was enrolled");
    homologate->add_option("--config", samples->config, "TOML configuration of the test gateway");
    homologate->add_option("PATH", samples->samples, "The files it has sent to the test gateway");
    homologate->footer(
        "Writes partners/NAME/homologation.json and .txt; exit 1 when a sample was not accepted.");
    homologate->callback([&run, samples] {
        need({{"NAME", !samples->name.empty()},
              {"--config", !samples->config.empty()},
              {"PATH", !samples->samples.empty()}});
        run = [samples] { return partner_homologate(*samples); };
    });

    auto* promote = group->add_subcommand(
        "promote", "Last: the signed act without which a production gateway does not accept it");
    auto act = std::make_shared<PromoteOptions>();
    promote->add_option("NAME", act->name, "As it was enrolled in production");
    promote->add_option("--config", act->config, "TOML configuration of the production gateway");
    promote->add_option("--report", act->report, "homologation.json of the test world");
    promote->add_option("--key", act->key, "PEM private key of an administrator");
    promote->add_option("--cert", act->certificate, "PEM certificate of --key");
    promote->footer(
        "One changed byte in partner.toml or a certificate, and it has to be promoted "
        "again.\nA running gateway takes it with SIGHUP.");
    promote->callback([&run, act] {
        need({{"NAME", !act->name.empty()},
              {"--config", !act->config.empty()},
              {"--report", !act->report.empty()},
              {"--key", !act->key.empty()},
              {"--cert", !act->certificate.empty()}});
        run = [act] { return partner_promote(*act); };
    });
}

}  // namespace gateway::app
