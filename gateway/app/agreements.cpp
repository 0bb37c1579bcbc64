#include <cstdio>
#include <filesystem>

#include "fhir_models/base/text.hpp"
#include "gateway/agreements/acts.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/party.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

/// FILE.1.jws, FILE.2.jws … as far as they go, with the certificate of each.
struct Signatures {
    std::vector<std::string> tokens;
    std::vector<std::string> certificates;
};

base::Result<Signatures> read_signatures(const std::string& file)
{
    Signatures signatures;
    for (int n = 1; fs::exists(file + "." + std::to_string(n) + ".jws"); ++n) {
        const auto stem = file + "." + std::to_string(n);
        auto token = read_file(stem + ".jws");
        auto certificate = read_file(stem + ".pem");
        if (!token || !certificate) {
            return base::Failure(token ? certificate.error() : token.error());
        }
        signatures.tokens.push_back(*std::move(token));
        signatures.certificates.push_back(*std::move(certificate));
    }
    return signatures;
}

/// The acts that end it, FILE.act.1.jws …, one a line. Errors: those of a bad one.
base::Result<void> tell_acts(const std::string& file, const agreements::Agreement& agreement,
                             const crypto::TrustAnchors& anchors)
{
    auto signatures = read_signatures(file + ".act");
    if (!signatures) {
        return base::Failure(signatures.error());
    }
    agreements::SignatureChecker checker(anchors, now());
    for (std::size_t i = 0; i < signatures->tokens.size(); ++i) {
        const auto act =
            agreements::read_act(agreement, std::string(base::trim(signatures->tokens[i])),
                                 signatures->certificates[i], checker);
        if (!act) {
            auto error = act.error();
            error.where = file + ".act." + std::to_string(i + 1) + " " + error.where;
            return base::Failure(std::move(error));
        }
        std::printf("%s\t%s|%s\t%s by %s from %s%s\n", file.c_str(), agreement.id.c_str(),
                    agreement.version.c_str(), act->until ? "suspended" : "revoked",
                    act->institution.c_str(), base::to_rfc3339(act->from).c_str(),
                    act->until ? (" until " + base::to_rfc3339(*act->until)).c_str() : "");
    }
    return {};
}

base::Result<void> check_one(const std::string& file, const crypto::TrustAnchors& anchors)
{
    auto bytes = read_file(file);
    auto signatures = read_signatures(file);
    if (!bytes || !signatures) {
        return base::Failure(bytes ? signatures.error() : bytes.error());
    }
    const auto agreement = agreements::read_agreement(*std::move(bytes), signatures->tokens,
                                                      signatures->certificates, anchors, now());
    if (!agreement) {
        auto error = agreement.error();
        error.where = file + " " + error.where;
        return base::Failure(std::move(error));
    }
    std::printf("%s\t%s|%s\tsha-256 %s\n", file.c_str(), agreement->id.c_str(),
                agreement->version.c_str(), base::to_hex(base::view(agreement->digest)).c_str());
    return tell_acts(file, *agreement, anchors);
}

}  // namespace

int agreement_check(const std::vector<std::string>& files, const std::string& trust)
{
    const auto anchors = read_anchors(trust);
    if (!anchors) {
        return complain(anchors.error());
    }
    int exit = kDone;
    for (const auto& file : files) {
        if (const auto checked = check_one(file, *anchors); !checked) {
            exit = complain(checked.error());
        }
    }
    return exit;
}

int agreement_sign(const std::string& file, const std::string& key, const std::string& certificate)
{
    const auto bytes = read_file(file);
    const auto signing_key = crypto::PrivateKey::from_file(key);
    const auto signer = crypto::Certificate::from_file(certificate);
    if (!bytes || !signing_key || !signer) {
        return complain(!bytes         ? bytes.error()
                        : !signing_key ? signing_key.error()
                                       : signer.error());
    }
    const auto token = agreements::sign_agreement(*bytes, *signing_key, *signer, now());
    if (!token) {
        return complain(token.error());
    }
    return write_signed(file, *token, signer->pem());
}

}  // namespace gateway::app
