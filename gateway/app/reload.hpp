#pragma once

#include <memory>

#include "gateway/agreements/book.hpp"
#include "gateway/config/config.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/net/server.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {

/// What is read from files and replaced whole while the gateway runs.
struct Loaded {
    runtime::Snapshot<mapping::Translator> translator;
    runtime::Snapshot<agreements::Book> book;
    runtime::Snapshot<exchange::Directory> directory;
    net::TlsFiles tls;
    crypto::PrivateKey ledger_key;
};

/// Errors: of the first file at fault; nothing is half-loaded.
[[nodiscard]] base::Result<std::unique_ptr<Loaded>> load(const config::Config& config);

/// Replaces agreements, directory and TLS files in `loaded` when all of them are good.
[[nodiscard]] base::Result<void> reload(const config::Config& config, Loaded& loaded);

/// Errors: unusable_key, also when the certificate is not of the key, not in force, or an
/// authority's.
[[nodiscard]] base::Result<std::shared_ptr<const exchange::SigningPair>> load_signing_pair(
    const config::Config& config);

[[nodiscard]] base::Result<exchange::Self> load_self(const config::Config& config);

/// Keeps documents that the evidence of many exchanges shares; waits for the commit. Errors:
/// store_failed.
[[nodiscard]] base::Result<void> keep_documents(store::Rows documents, const exchange::Self& self,
                                                store::Committer& committer);

/// Keeps so: agreements with their signatures, certificates, the revocation lists of `self.trust`;
/// `signing` is the certificate this gateway signs with, or is about to.
[[nodiscard]] base::Result<void> keep_shared_documents(const Loaded& loaded,
                                                       const exchange::Self& self,
                                                       const crypto::Certificate& signing,
                                                       store::Committer& committer);

}  // namespace gateway::app
