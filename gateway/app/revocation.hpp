#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/crypto/standing.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/net/http.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::app {

/// The lists of the configuration's folder; null when revocation is not asked.
/// Errors: malformed_config, unusable_key; `where` = the file.
[[nodiscard]] base::Result<std::shared_ptr<const crypto::RevocationLists>> read_revocation_lists(
    const config::Config& config);

/// Whom the configuration's files say to believe. Errors: as above, and those of read_anchors.
[[nodiscard]] base::Result<std::shared_ptr<const crypto::Trust>> load_trust(
    const config::Config& config);

/// Refuses a certificate of this gateway's own that its verifiers will refuse. A list that is
/// overdue stops nobody here: what it stops is told when it is asked for, and a newer one mends it.
/// Errors: untrusted_certificate.
[[nodiscard]] base::Result<void> may_sign(const crypto::Trust& trust,
                                          const crypto::Certificate& certificate);

/// `lists` as evidence keeps them; null gives none.
[[nodiscard]] store::Rows list_documents(const crypto::RevocationLists* lists);

/// For the clients of this gateway: whether a server's certificate is good by `self.trust`.
[[nodiscard]] std::function<base::Result<void>(const net::Peer&)> is_good_server(
    const exchange::Self& self);

/// Keeps `self.trust` at the lists of the folder: new ones are kept for the evidence first and
/// believed then. A folder that cannot be read changes nothing. Tells at its start and its end that
/// a list is overdue or the folder unreadable.
///
/// Threads:  any.
class RevocationWatch {
public:
    using Gauge = std::function<void(std::string_view who, bool down)>;

    /// All outlive it.
    RevocationWatch(const config::Config& config, const exchange::Self& self,
                    store::Committer& committer, Gauge gauge)
        : config_(config), self_(self), committer_(committer), gauge_(std::move(gauge))
    {
    }

    void refresh(base::Instant now);

private:
    base::Result<void> take_new_lists();
    void tell(const std::string& trouble);

    const config::Config& config_;
    const exchange::Self& self_;
    store::Committer& committer_;
    Gauge gauge_;
    std::mutex mutex_;
    std::string trouble_;  ///< what was told last; empty: all is well
};

}  // namespace gateway::app
