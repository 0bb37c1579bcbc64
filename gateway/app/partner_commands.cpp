#include <cstdio>
#include <filesystem>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/partners.hpp"
#include "gateway/app/party.hpp"
#include "gateway/crypto/authority.hpp"
#include "gateway/crypto/certificate_request.hpp"
#include "gateway/crypto/dev_pki.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Result;

constexpr std::int64_t kYear = 365 * std::int64_t{86'400};

std::string as_json(std::string_view text)
{
    std::string out;
    fhir::r4::write_json_string(text, out);  // a JSON string is a TOML basic string
    return out;
}

std::string list_of(const std::vector<std::string>& texts)
{
    std::string out = "[";
    for (const auto& text : texts) {
        out.append(out.size() > 1 ? ", " : "").append(as_json(text));
    }
    return out + "]";
}

struct Certificates {
    std::string tls, signing;  ///< PEM
};

Result<std::string> issue(const crypto::Authority& authority, const std::string& csr,
                          const std::string& urn, std::vector<crypto::Extension> profile)
{
    const auto pem = read_file(csr);
    const auto request = pem ? crypto::read_certificate_request(*pem) : base::Failure(pem.error());
    if (!request) {
        return base::Failure(request.error());
    }
    if (request->uri != urn) {
        return base::fail(
            Errc::claim_mismatch, csr,
            {"una solicitud de la institución invitada", "a request of the invited institution"});
    }
    const auto from = base::to_seconds(now()) - 60;
    return authority.issue({.common_name = urn.substr(urn.rfind(':') + 1),
                            .extensions = std::move(profile),
                            .from = base::from_seconds(from),
                            .until = base::from_seconds(from + kYear)},
                           request->public_pem);
}

Result<Certificates> issue_both(const EnrolOptions& options, const std::string& urn)
{
    auto ca = crypto::Certificate::from_file(options.ca);
    auto key = crypto::PrivateKey::from_file(options.ca_key);
    if (!ca || !key) {
        return base::Failure(ca ? key.error() : ca.error());
    }
    const crypto::Authority authority(*std::move(ca), *std::move(key), {});
    std::string names;
    for (const auto& name : options.dns) {
        names.append(names.empty() ? "DNS:" : ",DNS:").append(name);
    }
    auto tls = issue(authority, options.tls_csr, urn, crypto::tls_profile(urn, names));
    auto signing = issue(authority, options.signing_csr, urn, crypto::signing_profile(urn));
    if (!tls || !signing) {
        return base::Failure(tls ? signing.error() : tls.error());
    }
    return Certificates{*std::move(tls), *std::move(signing)};
}

Result<Certificates> read_both(const EnrolOptions& options)
{
    auto tls = read_file(options.tls_certificate);
    auto signing = read_file(options.signing_certificate);
    if (!tls || !signing) {
        return base::Failure(tls ? signing.error() : tls.error());
    }
    return Certificates{*std::move(tls), *std::move(signing)};
}

/// Of the institution, and issued by whom this gateway believes. Gives the hex thumbprint.
Result<std::string> check_certificate(const std::string& pem, const std::string& anchors,
                                      const std::string& urn, std::string_view which)
{
    const auto certificate = crypto::Certificate::from_pem(pem);
    const auto trusted = read_anchors(anchors);
    if (!certificate || !trusted) {
        return base::Failure(certificate ? trusted.error() : certificate.error());
    }
    if (certificate->uri() != urn) {
        return base::fail(
            Errc::claim_mismatch, std::string(which) + " subjectAltName",
            {"el URN de la institución invitada", "the URN of the invited institution"});
    }
    if (auto chain = trusted->check(*certificate, {}, now()); !chain) {
        return base::Failure(chain.error());
    }
    return base::to_hex(base::view(certificate->thumbprint()));
}

Result<std::string> partner_toml(const fhir::r4::Node& invitation, const std::string& thumbprint,
                                 const EnrolOptions& options)
{
    std::vector<std::string> roles;
    for (const auto& role : *invitation.find("roles")) {
        roles.emplace_back(role.text);
    }
    std::string text = "# Written by puente partner enrol; see puente partner --help.\n";
    text += "[[institution]]\nid = " + as_json(invitation.text_of("institution")) + "\n";
    text += "name = " + as_json(invitation.text_of("name")) + "\n";
    text += "clues = " + as_json(invitation.text_of("clues")) + "\n";
    text += "roles = " + list_of(roles) + "\ntls_thumbprint = " + as_json(thumbprint) + "\n";
    text += "signing_certificates = [\"signing.pem\"]\n";
    text += options.delivery_url.empty() ? ""
                                         : "delivery_url = " + as_json(options.delivery_url) + "\n";
    if (!options.routes.empty()) {
        auto routes = read_file(options.routes);
        if (!routes) {
            return routes;
        }
        text += "\n" + *routes;
    }
    return text;
}

Result<void> enrol(const config::Config& config, const std::string& folder,
                   const EnrolOptions& options)
{
    const auto invitation = read_file(folder + "/invitation.json");
    const auto document =
        invitation ? fhir::r4::read_json(*invitation) : base::Failure(invitation.error());
    if (!document) {
        return base::Failure(document.error());
    }
    const std::string urn(document->root().text_of("institution"));
    const auto certificates = options.ca.empty() ? read_both(options) : issue_both(options, urn);
    if (!certificates) {
        return base::Failure(certificates.error());
    }
    const auto tls = check_certificate(certificates->tls, config.client_ca, urn, "tls.pem");
    const auto signing =
        check_certificate(certificates->signing, config.trust_anchors, urn, "signing.pem");
    if (!tls || !signing) {
        return base::Failure(tls ? signing.error() : tls.error());
    }
    const auto text = partner_toml(document->root(), *tls, options);
    if (!text) {
        return base::Failure(text.error());
    }
    const auto file = folder + "/partner.toml";
    if (const auto right = config::read_partner(*text, file, folder); !right) {
        return base::Failure(right.error().front());
    }
    return write_file(folder + "/tls.pem", certificates->tls)
        .and_then([&] { return write_file(folder + "/signing.pem", certificates->signing); })
        .and_then([&] { return write_file(file, *text); });
}

/// Copies the document, every signature that stands beside it, and the key of `sub`; a fresh one is
/// left beside the document, for both parties.
Result<void> install(const config::Config& config, const std::string& urn, const std::string& file)
{
    auto bytes = read_file(file);
    const auto anchors = read_anchors(config.trust_anchors);
    if (!bytes || !anchors) {
        return base::Failure(bytes ? anchors.error() : bytes.error());
    }
    std::vector<std::string> tokens;
    std::vector<std::string> signers;
    for (int n = 1; fs::exists(file + "." + std::to_string(n) + ".jws"); ++n) {
        tokens.push_back(read_file(file + "." + std::to_string(n) + ".jws").value_or(""));
        signers.push_back(read_file(file + "." + std::to_string(n) + ".pem").value_or(""));
    }
    const auto agreement = agreements::read_agreement(*bytes, tokens, signers, *anchors, now());
    if (!agreement) {
        return base::Failure(agreement.error());
    }
    if (agreement->party(urn) == nullptr || agreement->env != config.env) {
        return base::fail(Errc::claim_mismatch, file,
                          {"un convenio de la institución y de este ambiente",
                           "an agreement of the institution and of this world"});
    }
    const auto target = config.agreements + "/" + agreement->id + "-" + agreement->version;
    std::error_code error;
    fs::create_directories(config.agreements, error);
    auto kept = Result<void>{};
    for (std::size_t i = 0; kept && i < tokens.size(); ++i) {
        const auto stem = target + ".json." + std::to_string(i + 1);
        kept = write_file(stem + ".pem", signers[i]).and_then([&] {
            return write_file(stem + ".jws", tokens[i]);
        });
    }
    const auto beside = (fs::path(file).parent_path() / (agreement->id + ".key")).string();
    const auto own = config.agreements + "/" + agreement->id + ".key";
    if (kept && !fs::exists(own)) {
        if (!fs::exists(beside)) {  // the parties have agreed on none yet: this one goes to both
            kept = write_file(beside, agreements::new_subject_key());
        }
        kept = kept.and_then([&] { return read_file(beside); }).and_then([&](const auto& key) {
            return write_file(own, key);
        });
    }
    return kept ? write_file(target + ".json", *bytes) : kept;
}

}  // namespace

int partner_invite(const InviteOptions& options)
{
    const auto config = load_config(options.config, {});
    if (!config) {
        return kWrongUsage;
    }
    const auto folder = partner_folder(*config, options.name);
    if (!folder) {
        return complain(folder.error());
    }
    const auto file = *folder + "/invitation.json";
    if (fs::exists(file)) {
        return complain({Errc::wrong_usage,
                         file,
                         {"una institución sin invitar", "an institution not yet invited"},
                         {}});
    }
    std::error_code error;
    fs::create_directories(*folder, error);
    const auto urn = crypto::institution_urn(options.name);
    std::string text = "{\"format\": \"puente.invitation/1\",\n \"institution\": " + as_json(urn);
    text += ",\n \"name\": " + as_json(options.title) + ",\n \"clues\": " + as_json(options.clues);
    text +=
        ",\n \"roles\": " + list_of(options.roles) + ",\n \"gateway\": " + as_json(config->name);
    text += ",\n \"env\": " + as_json(config->env) + ",\n \"invited\": ";
    text += as_json(base::to_rfc3339(now())) + "}\n";
    if (const auto kept = write_file(file, text); !kept) {
        return complain(kept.error());
    }
    std::printf("%s\nnext, at the institution: puente key request --out DIR %s\n", file.c_str(),
                options.name.c_str());
    return kDone;
}

int partner_enrol(const EnrolOptions& options)
{
    const auto config = load_config(options.config, {});
    if (!config) {
        return kWrongUsage;
    }
    const auto folder = partner_folder(*config, options.name);
    if (!folder) {
        return complain(folder.error());
    }
    const bool with_certificates = !options.ca.empty() || !options.tls_certificate.empty();
    if (with_certificates) {
        if (const auto enrolled = enrol(*config, *folder, options); !enrolled) {
            return complain(enrolled.error());
        }
    }
    const auto partner = read_partner(*folder);
    if (!partner) {
        return complain(partner.error());
    }
    if (!options.agreement.empty()) {
        const auto& urn = partner->institution.id;
        if (const auto installed = install(*config, urn, options.agreement); !installed) {
            return complain(installed.error());
        }
    }
    std::printf("%s/partner.toml\nnext: %s\n", folder->c_str(),
                options.agreement.empty()     ? "its agreement, with --agreement"
                : config->env == "production" ? "puente partner promote"
                                              : "it sends its samples; puente partner homologate");
    return kDone;
}

int partner_promote(const PromoteOptions& options)
{
    const auto config = load_config(options.config, {});
    if (!config) {
        return kWrongUsage;
    }
    if (config->env != "production") {
        return complain(
            {Errc::wrong_usage, "env", {"una pasarela de producción", "a production gateway"}, {}});
    }
    const auto folder = partner_folder(*config, options.name);
    const auto partner = folder ? read_partner(*folder) : base::Failure(folder.error());
    const auto report = read_file(options.report);
    const auto key = crypto::PrivateKey::from_file(options.key);
    const auto signer = crypto::Certificate::from_file(options.certificate);
    if (!partner || !report || !key || !signer) {
        return complain(!partner  ? partner.error()
                        : !report ? report.error()
                        : !key    ? key.error()
                                  : signer.error());
    }
    const auto& urn = partner->institution.id;
    if (const auto passed = check_report(*report, urn); !passed) {
        return complain(passed.error());
    }
    if (const auto kept = write_file(*folder + "/homologation.json", *report); !kept) {
        return complain(kept.error());
    }
    const auto token = sign_promotion(*folder, urn, *key, *signer, now());
    if (!token) {
        return complain(token.error());
    }
    const auto kept = write_file(*folder + "/promotion.pem", signer->pem()).and_then([&] {
        return write_file(*folder + "/promotion.jws", *token);
    });
    if (!kept) {
        return complain(kept.error());
    }
    if (const auto right = check_promotion(*folder, urn, *config); !right) {
        fs::remove(*folder + "/promotion.jws");  // an act that promotes nobody
        return complain(right.error());
    }
    std::printf("%s/promotion.jws\n", folder->c_str());
    return kDone;
}

}  // namespace gateway::app
