#include <cstdio>

#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
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

}  // namespace gateway::app
