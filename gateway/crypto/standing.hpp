#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/revocation.hpp"

namespace gateway::crypto {

/// Whether certificates are good at a moment near the present: chain, term and revocation. What was
/// found holds for a minute, since a chain costs more than all else that a request asks of it.
///
/// Threads:  any.
class Standing {
public:
    /// `lists` null: revocation is not asked.
    Standing(TrustAnchors anchors, std::shared_ptr<const RevocationLists> lists);

    /// `intermediates_pem`: what its holder sent with it. Errors: untrusted_certificate;
    /// authority_silent when no list in force tells, which is no fault of the certificate's holder.
    [[nodiscard]] base::Result<void> check(std::string_view der, std::string_view intermediates_pem,
                                           base::Instant now) const;
    [[nodiscard]] base::Result<void> check(const Certificate& certificate, base::Instant now) const
    {
        return check(certificate.der(), {}, now);
    }

private:
    struct Found {
        base::Result<void> verdict;
        base::Instant from, until;
    };
    [[nodiscard]] base::Result<void> judge(const Certificate& leaf,
                                           std::string_view intermediates_pem,
                                           base::Instant now) const;

    TrustAnchors anchors_;
    std::shared_ptr<const RevocationLists> lists_;
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::string, Found> found_;  ///< by the certificate's DER
};

/// Whose certificates this gateway believes, by the revocation lists of the moment. Replaced whole
/// when a list is.
struct Trust {
    Trust(TrustAnchors signers, TrustAnchors peers,
          std::shared_ptr<const RevocationLists> revocation_lists);

    TrustAnchors signing_anchors, tls_anchors;
    std::shared_ptr<const RevocationLists> lists;  ///< null: revocation is not asked
    Standing signing;                              ///< of JWS
    std::optional<Standing> tls;  ///< with lists only: the handshake has seen to chain and term
};

}  // namespace gateway::crypto
