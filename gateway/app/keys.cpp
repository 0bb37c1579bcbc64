#include <cstdio>
#include <filesystem>

#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/crypto/authority.hpp"
#include "gateway/crypto/certificate_request.hpp"
#include "gateway/crypto/dev_pki.hpp"
#include "gateway/evidence/checkpoint.hpp"

namespace gateway::app {

int key_dev_pki(const std::string& out, const std::string& gateway, const std::string& origin,
                const std::vector<std::string>& institutions)
{
    constexpr std::int64_t kYear = 365 * std::int64_t{86'400};
    const auto from =
        base::to_seconds(now()) - 3600;  // a clock a little behind must not refuse them
    const crypto::DevPkiPlan plan{.gateway = gateway,
                                  .institutions = institutions,
                                  .from = base::from_seconds(from),
                                  .until = base::from_seconds(from + kYear)};
    if (const auto made = crypto::write_dev_pki(out, plan); !made) {
        return complain(made.error());
    }
    const auto ledger = crypto::PrivateKey::from_file(out + "/gateway/ledger.key");
    if (!ledger) {
        return complain(ledger.error());
    }
    if (const auto kept = write_file(out + "/gateway/ledger.vkey",
                                     evidence::verifier_key(origin, *ledger) + "\n");
        !kept) {
        return complain(kept.error());
    }
    std::printf("%s\n", out.c_str());
    return kDone;
}

int key_request(const std::string& out, const std::string& name)
{
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(out, error);
    for (const std::string use : {"tls", "signing"}) {
        const auto stem = out + "/" + use;
        if (fs::exists(stem + ".key") || fs::exists(stem + ".csr")) {
            return complain({base::Errc::wrong_usage,
                             stem,
                             {"una carpeta sin estos archivos", "a folder without these files"},
                             {}});
        }
        const auto pem = crypto::new_key(crypto::KeyKind::p256);
        const auto key = pem ? crypto::PrivateKey::from_pem(*pem) : base::Failure(pem.error());
        if (!key) {
            return complain(key.error());
        }
        const auto csr = crypto::new_certificate_request(*key, name, crypto::institution_urn(name));
        if (!csr) {
            return complain(csr.error());
        }
        const auto kept = write_file(stem + ".key", "").and_then([&] {
            fs::permissions(stem + ".key", fs::perms::owner_read | fs::perms::owner_write, error);
            return write_file(stem + ".key", *pem);  // never readable by others, not even empty
        });
        const auto asked = kept ? write_file(stem + ".csr", *csr) : kept;
        if (!asked) {
            return complain(asked.error());
        }
        std::printf("%s.csr\n", stem.c_str());
    }
    return kDone;
}

}  // namespace gateway::app
