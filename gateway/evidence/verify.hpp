#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/result.hpp"

namespace gateway::evidence {

/// What a verifier trusts, brought from outside the tar (`verify --trust DIR`).
struct Trust {
    std::string anchors_pem;         ///< every *.pem of the folder that holds certificates
    std::vector<std::string> vkeys;  ///< the lines of every *.vkey: ledgers and witnesses
};

/// One check of the report, in the order done. The first that is not ok ends the report.
struct Check {
    std::string name;  ///< "receipt.jws signature", "inclusion in ledger"
    std::string file;  ///< the file of the tar it is about
    bool ok = false;
    std::string detail;  ///< for a person; English
};

struct Report {
    std::vector<Check> checks;
    [[nodiscard]] bool ok() const noexcept { return !checks.empty() && checks.back().ok; }
};

/// Checks an evidence tar offline; pure. Empty trust fails its first check.
[[nodiscard]] Report verify(std::string_view tar, const Trust& trust);

}  // namespace gateway::evidence
