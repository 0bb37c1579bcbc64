#pragma once

#include <string>

#include "gateway/app/party.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/net/http.hpp"

namespace gateway::app {

/// The receiving end of an institution: keeps what a gateway delivers, then countersigns it.
///
/// A delivery is countersigned only when its receipt is the gateway's, its bytes are the receipt's
/// `out`, and both are on disk (fsync). The same exchange again gets its first countersignature.
/// Threads: any.
class Receiver {
public:
    /// `gateway`: what it may sign with; two while it changes its key.
    Receiver(Party party, std::vector<crypto::Certificate> gateway, std::string folder);

    [[nodiscard]] net::Response take(const net::Request& request, base::Instant now) const;
    [[nodiscard]] const Party& party() const noexcept { return party_; }

private:
    struct Taken {
        std::string delivery_jws;  ///< empty: one part of a load, not the last
        bool again = false;        ///< it was kept before
    };
    [[nodiscard]] base::Result<evidence::ReceiptClaims> check(const net::Request& request) const;
    [[nodiscard]] base::Result<void> keep(const net::Request& request, const std::string& stem,
                                          std::size_t parts, const std::string& out) const;
    [[nodiscard]] base::Result<Taken> countersign(const net::Request& request,
                                                  base::Instant now) const;

    Party party_;
    std::vector<crypto::Certificate> gateway_;
    std::string folder_;
};

}  // namespace gateway::app
