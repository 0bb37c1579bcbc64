#include "gateway/app/partners.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/party.hpp"
#include "gateway/app/revocation.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/evidence/claims.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;

constexpr std::array<std::string_view, 4> kPromoted{"homologation.json", "partner.toml",
                                                    "signing.pem", "tls.pem"};

base::Failure wrong(std::string_view claim, std::string_view es, std::string_view en)
{
    return base::fail(Errc::claim_mismatch, "promotion.jws " + std::string(claim),
                      {std::string(es), std::string(en)});
}

bool is_administrator(const config::Config& config, std::string_view urn)
{
    return std::ranges::any_of(config.institutions, [urn](const auto& institution) {
        return institution.id == urn &&
               std::ranges::find(institution.roles, "administrator") != institution.roles.end();
    });
}

base::Result<void> check_files(const std::string& folder, const fhir::r4::Node& claims)
{
    const auto* const files = claims.find("files");
    for (const auto name : kPromoted) {
        const auto bytes = read_file(folder + "/" + std::string(name));
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        if (files == nullptr || files->text_of(name) != evidence::digest_claim(*bytes)) {
            return base::fail(
                Errc::digest_mismatch, std::string(name),
                {"los bytes que la promoción firmó", "the bytes that the promotion signed"});
        }
    }
    return {};
}

base::Result<void> check_signer(const config::Config& config, const fhir::r4::Node& claims,
                                const crypto::Certificate& signer)
{
    const auto anchors = read_anchors(config.trust_anchors);
    if (!anchors) {
        return base::Failure(anchors.error());
    }
    const auto* const iat = claims.find("iat");
    const auto seconds = iat != nullptr ? base::to_size(iat->text) : std::nullopt;
    constexpr std::int64_t kSkew = 300;
    if (!seconds || static_cast<std::int64_t>(*seconds) > base::to_seconds(now()) + kSkew) {
        return wrong("iat", "un momento pasado", "a past moment");
    }
    if (claims.text_of("iss") != signer.uri() || !is_administrator(config, signer.uri())) {
        return wrong("iss", "una institución administradora de esta pasarela",
                     "an administrator of this gateway");
    }
    const auto lists = read_revocation_lists(config);
    if (!lists) {
        return base::Failure(lists.error());
    }
    return anchors->check(signer, {}, base::from_seconds(static_cast<std::int64_t>(*seconds)),
                          lists->get());
}

}  // namespace

base::Result<std::string> partner_folder(const config::Config& config, const std::string& name)
{
    const bool fits = !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!fits) {
        return base::fail(Errc::wrong_usage, "NAME",
                          {"a-z, 0-9 y guiones, a lo más 63", "a-z, 0-9 and hyphens, at most 63"},
                          base::kind_of(name));
    }
    return config.partners + "/" + name;
}

base::Result<Partner> read_partner(const std::string& folder)
{
    const auto file = folder + "/partner.toml";
    const auto text = read_file(file);
    if (!text) {
        return base::Failure(text.error());
    }
    auto read = config::read_partner(*text, file, folder);
    if (!read) {
        return base::Failure(read.error().front());
    }
    auto& institution = read->institutions.front();
    if (institution.signing_certificates != std::vector<std::string>{folder + "/signing.pem"} ||
        institution.tls_thumbprint.empty()) {
        return base::fail(Errc::malformed_config, file,
                          {"signing.pem de su carpeta y tls_thumbprint",
                           "signing.pem of its folder, and tls_thumbprint"});
    }
    return Partner{std::move(institution), std::move(read->routes)};
}

base::Result<std::vector<Partner>> accepted_partners(const config::Config& config)
{
    std::vector<Partner> accepted;
    std::vector<std::string> folders;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(config.partners, error)) {
        if (fs::exists(entry.path() / "partner.toml")) {
            folders.push_back(entry.path().string());
        }
    }
    std::ranges::sort(folders);
    for (const auto& folder : folders) {
        auto partner = read_partner(folder);
        if (!partner) {
            return base::Failure(partner.error());
        }
        const auto& id = partner->institution.id;
        if (config.env == "production") {
            if (auto promoted = check_promotion(folder, id, config); !promoted) {
                spdlog::warn("{} is not accepted: {}", id, base::to_line(promoted.error()));
                continue;
            }
        }
        const auto same = [&id](const auto& other) { return other.id == id; };
        const auto same_partner = [&id](const auto& other) { return other.institution.id == id; };
        if (std::ranges::any_of(config.institutions, same) ||
            std::ranges::any_of(accepted, same_partner)) {
            return base::fail(Errc::malformed_config, folder + "/partner.toml institution.id",
                              {"un nombre que no se repita", "a name that is not used twice"});
        }
        accepted.push_back(*std::move(partner));
    }
    return accepted;
}

base::Result<std::string> sign_promotion(const std::string& folder, const std::string& institution,
                                         const crypto::PrivateKey& key,
                                         const crypto::Certificate& certificate, base::Instant now)
{
    std::string claims = "{\"iss\":";
    fhir::r4::write_json_string(certificate.uri(), claims);
    claims.append(",\"iat\":").append(std::to_string(base::to_seconds(now)));
    claims.append(",\"env\":\"production\",\"institution\":");
    fhir::r4::write_json_string(institution, claims);
    claims.append(",\"files\":{");
    for (const auto name : kPromoted) {
        const auto bytes = read_file(folder + "/" + std::string(name));
        if (!bytes) {
            return base::Failure(bytes.error());
        }
        claims.append(claims.back() == '{' ? "\"" : ",\"").append(name).append("\":\"");
        claims.append(evidence::digest_claim(*bytes)).append("\"");
    }
    claims.append("}}");
    const auto& x5t = certificate.x5t();
    return crypto::sign_jws(key,
                            {.algorithm = key.algorithm(),
                             .typ = std::string(kPromotionTyp),
                             .kid = x5t.substr(0, 16),
                             .x5t_s256 = x5t},
                            claims);
}

base::Result<void> check_promotion(const std::string& folder, const std::string& institution,
                                   const config::Config& config)
{
    const auto token = read_file(folder + "/promotion.jws");
    const auto pem = read_file(folder + "/promotion.pem");
    if (!token || !pem) {
        return base::Failure(token ? pem.error() : token.error());
    }
    const auto signer = crypto::Certificate::from_pem(*pem);
    const auto read = crypto::read_jws(*token, kPromotionTyp);
    if (!signer || !read) {
        return base::Failure(signer ? read.error() : signer.error());
    }
    const auto verified = crypto::verify_jws(*read, *signer);
    if (!verified) {
        return base::Failure(verified.error());
    }
    const auto& claims = verified->root();
    if (auto trusted = check_signer(config, claims, *signer); !trusted) {
        return trusted;
    }
    if (claims.text_of("env") != config.env) {
        return wrong("env", "el ambiente de esta pasarela", "this gateway's environment");
    }
    if (claims.text_of("institution") != institution) {
        return wrong("institution", "la institución de partner.toml",
                     "the institution of partner.toml");
    }
    return check_files(folder, claims);
}

base::Result<void> check_report(std::string_view report, std::string_view institution)
{
    const auto document = fhir::r4::read_json(report);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto& root = document->root();
    const auto* const passed = root.find("passed");
    const std::pair<std::string_view, bool> fits[] = {
        {"format", root.text_of("format") == kReportFormat},
        {"institution", root.text_of("institution") == institution},
        {"env", root.text_of("env") == "test"},
        {"passed", passed != nullptr && passed->text == "true"}};
    for (const auto& [name, right] : fits) {
        if (!right) {
            return base::fail(Errc::claim_mismatch, "homologation.json " + std::string(name),
                              {"un informe de homologación aprobado, de esta institución",
                               "a passed homologation report of this institution"});
        }
    }
    return {};
}

}  // namespace gateway::app
