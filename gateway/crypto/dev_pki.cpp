#include "gateway/crypto/dev_pki.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;

constexpr const char* kLocalhost = "DNS:localhost,IP:127.0.0.1,IP:::1";

bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_urn(std::string_view text)
{
    return text.starts_with("urn:") && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
               return is_name(std::string_view(&c, 1)) || c == ':' || c == '.' ||
                      (c >= 'A' && c <= 'Z');
           });
}

base::Result<Credential> issue(const Authority& authority, KeyKind kind,
                               const CertificatePlan& plan)
{
    auto key_pem = new_key(kind);
    if (!key_pem) {
        return Failure(std::move(key_pem).error());
    }
    const auto key = PrivateKey::from_pem(*key_pem);
    if (!key) {
        return Failure(key.error());
    }
    auto certificate = authority.issue(plan, key->public_pem());
    if (!certificate) {
        return Failure(std::move(certificate).error());
    }
    return Credential{*std::move(key_pem), *std::move(certificate)};
}

base::Result<void> check(const DevPkiPlan& plan)
{
    if (!is_urn(plan.gateway)) {
        return fail(Errc::wrong_usage, "gateway", {"un URN", "a URN"}, base::kind_of(plan.gateway));
    }
    for (const auto& name : plan.institutions) {
        if (!is_name(name)) {
            return fail(Errc::wrong_usage, "institution",
                        {"a-z, 0-9 y guiones, a lo más 63", "a-z, 0-9 and hyphens, at most 63"},
                        base::kind_of(name));
        }
    }
    return {};
}

base::Result<void> write(const std::filesystem::path& path, std::string_view bytes,
                         unsigned int mode)
{
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) {
        return fail(Errc::wrong_usage, path.string(),
                    {"una carpeta sin estos archivos", "a folder without these files"});
    }
    const auto written = ::write(file, bytes.data(), bytes.size());
    const bool closed = ::close(file) == 0;
    if (!closed || written != static_cast<ssize_t>(bytes.size())) {
        return fail(Errc::wrong_usage, path.string(), {"espacio en disco", "room on the disk"});
    }
    return {};
}

base::Result<void> write(const std::filesystem::path& stem, const Credential& credential)
{
    const auto done = write(stem.string() + ".pem", credential.certificate, 0644U);
    return done ? write(stem.string() + ".key", credential.key, 0600U) : done;
}

base::Result<void> write_all(const std::filesystem::path& root, const DevPki& pki)
{
    std::vector<std::pair<std::filesystem::path, const Credential*>> credentials{
        {root / "ca/root", &pki.root},
        {root / "gateway/tls", &pki.gateway_tls},
        {root / "gateway/signing", &pki.gateway_signing},
    };
    for (const auto& institution : pki.institutions) {
        const auto own = root / "institutions" / institution.name;
        credentials.emplace_back(own / "tls", &institution.tls);
        credentials.emplace_back(own / "signing", &institution.signing);
    }
    for (const auto& [stem, credential] : credentials) {
        if (auto done = write(stem, *credential); !done) {
            return done;
        }
    }
    return write(root / "gateway/ledger.key", pki.ledger_key, 0600U);
}

base::Result<DevInstitution> make_institution(const Authority& root, const DevPkiPlan& plan,
                                              const std::string& name)
{
    const auto urn = institution_urn(name);
    auto tls =
        issue(root, KeyKind::p256, {name, tls_profile(urn, kLocalhost), plan.from, plan.until});
    auto signing = issue(root, KeyKind::rsa2048,
                         {name + " firma", signing_profile(urn), plan.from, plan.until});
    if (!tls || !signing) {
        return Failure(tls ? std::move(signing).error() : std::move(tls).error());
    }
    return DevInstitution{name, urn, *std::move(tls), *std::move(signing)};
}

}  // namespace

std::vector<Extension> tls_profile(const std::string& urn, const std::string& names)
{
    return {{"basicConstraints", "critical,CA:FALSE"},
            {"keyUsage", "critical,digitalSignature"},
            {"extendedKeyUsage", "clientAuth,serverAuth"},
            {"subjectAltName", names + (names.empty() ? "URI:" : ",URI:") + urn}};
}

std::vector<Extension> signing_profile(const std::string& urn)
{
    return {{"basicConstraints", "critical,CA:FALSE"},
            {"keyUsage", "critical,digitalSignature,nonRepudiation"},
            {"subjectAltName", "URI:" + urn}};
}

std::string institution_urn(const std::string& name)
{
    return "urn:puente:institution:" + name;
}

base::Result<DevPki> make_dev_pki(const DevPkiPlan& plan)
{
    if (auto fit = check(plan); !fit) {
        return Failure(std::move(fit).error());
    }
    const auto root = Authority::make("Puente raíz de desarrollo", plan.from, plan.until);
    if (!root) {
        return Failure(root.error());
    }
    auto tls = issue(*root, KeyKind::p256,
                     {"puente", tls_profile(plan.gateway, kLocalhost), plan.from, plan.until});
    auto signing = issue(*root, KeyKind::p256,
                         {"puente firma", signing_profile(plan.gateway), plan.from, plan.until});
    auto ledger = new_key(KeyKind::ed25519);
    if (!tls || !signing || !ledger) {
        return Failure(!tls       ? std::move(tls).error()
                       : !signing ? std::move(signing).error()
                                  : std::move(ledger).error());
    }
    DevPki pki{{root->key_pem(), root->certificate().pem()},
               *std::move(tls),
               *std::move(signing),
               *std::move(ledger),
               {}};
    for (const auto& name : plan.institutions) {
        auto institution = make_institution(*root, plan, name);
        if (!institution) {
            return Failure(std::move(institution).error());
        }
        pki.institutions.push_back(*std::move(institution));
    }
    return pki;
}

base::Result<void> write_dev_pki(const std::string& folder, const DevPkiPlan& plan)
{
    const auto pki = make_dev_pki(plan);
    if (!pki) {
        return Failure(pki.error());
    }
    return write_all(folder, *pki);
}

}  // namespace gateway::crypto
