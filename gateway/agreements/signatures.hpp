#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "gateway/agreements/agreement.hpp"

namespace gateway::agreements {

/// What a party's token is, and its members besides iss, iat and dig: ",\"act\":…".
struct Statement {
    std::string_view typ;
    std::string_view more;
};

/// A party's token over the exact bytes. Errors: those of sign_agreement.
[[nodiscard]] base::Result<std::string> sign_statement(std::string_view bytes,
                                                       const Statement& statement,
                                                       const crypto::PrivateKey& key,
                                                       const crypto::Certificate& certificate,
                                                       base::Instant now);

/// Checks parties' signatures, each certificate read once: ten thousand agreements are signed by
/// far fewer institutions, and reading a certificate costs more than its signature.
///
/// Threads: any.
class SignatureChecker {
public:
    SignatureChecker(const crypto::TrustAnchors& anchors, base::Instant now)
        : anchors_(anchors), now_(now)
    {
    }

    /// Every signature is a party's, and every party has one.
    [[nodiscard]] base::Result<void> check(const Agreement& agreement,
                                           const std::vector<std::string>& signatures,
                                           const std::vector<std::string>& certificates_pem);

    /// A token whose signature, signer and bytes were checked.
    struct Checked {
        std::string institution;
        base::Instant when;
        fhir::r4::Document claims;
    };
    [[nodiscard]] base::Result<Checked> check_one(const std::string& token,
                                                  const std::string& certificate_pem,
                                                  std::string_view typ, std::string_view bytes);

private:
    /// A signer's certificate with its chain, and the moments it is known to be trusted at.
    struct Signer {
        std::vector<crypto::Certificate> chain;
        std::string institution;
        std::mutex mutex;
        base::Instant from;  ///< empty while `until` < `from`
        base::Instant until;
    };

    base::Result<std::shared_ptr<Signer>> signer_of(const std::string& certificate_pem);
    base::Result<void> check_trust(Signer& signer, base::Instant when) const;

    const crypto::TrustAnchors& anchors_;
    base::Instant now_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Signer>> signers_;  ///< by PEM
};

/// read_agreement with a checker that serves many.
[[nodiscard]] base::Result<Agreement> read_agreement(std::string bytes,
                                                     std::vector<std::string> signatures,
                                                     std::vector<std::string> certificates_pem,
                                                     SignatureChecker& checker);

}  // namespace gateway::agreements
