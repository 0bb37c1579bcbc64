#include "gateway/evidence/verify.hpp"

#include <cstdio>
#include <filesystem>

#include "fhir_models/base/text.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/evidence/ledger_check.hpp"

namespace gateway::app {
namespace {

namespace fs = std::filesystem;

/// `*.pem` are anchors, `*.vkey` ledger keys; an empty or missing folder trusts nobody.
evidence::Trust load_trust(const std::string& folder)
{
    evidence::Trust trust;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto text = read_file(entry.path().string());
        if (!text) {
            continue;
        }
        if (entry.path().extension() == ".pem") {
            trust.anchors_pem.append(*text).append("\n");
        } else if (entry.path().extension() == ".vkey") {
            for (const auto line : base::split(*text, '\n')) {
                if (!base::trim(line).empty()) {
                    trust.vkeys.emplace_back(base::trim(line));
                }
            }
        }
    }
    return trust;
}

int print(const evidence::Report& report)
{
    for (const auto& check : report.checks) {
        std::printf("%s %s %s%s%s\n", check.ok ? "ok  " : "FAIL", check.file.c_str(),
                    check.name.c_str(), check.detail.empty() ? "" : ": ", check.detail.c_str());
    }
    std::printf(report.ok() ? "verified\n" : "NOT verified\n");
    return report.ok() ? kDone : kRefused;
}

}  // namespace

int verify(const VerifyOptions& options)
{
    const auto trust = load_trust(options.trust);
    if (!options.ledger.empty()) {
        return print(evidence::check_ledger(options.ledger, trust));
    }
    const auto tar = read_file(options.evidence);
    if (!tar) {
        return complain(tar.error());
    }
    return print(evidence::verify(*tar, trust));
}

}  // namespace gateway::app
