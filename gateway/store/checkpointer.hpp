#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "gateway/crypto/key.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

/// Publishes the ledger's head: each interval, when it grew, signs a checkpoint, makes the anchor
/// file durable, keeps the note in the store, and only then hands it to the Committer.
///
/// Threads:  any; owns one thread.
/// Cancel:   the destructor publishes the head once more.
class Checkpointer {
public:
    struct Settings {
        std::string origin;       ///< "puente.example/ledger-1"
        std::string anchor_file;  ///< outside the database
        std::chrono::milliseconds interval{1000};
    };

    /// Checks the stored ledger against the anchor (see check_ledger) before anything is signed.
    /// Errors: ledger_inconsistent for a restored backup, a fork, an altered tail or a lost anchor;
    ///         bad_signature, evidence_altered for an anchor of another key; store_failed.
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(Store& store,
                                                                           Committer& committer,
                                                                           crypto::PrivateKey key,
                                                                           Settings settings);
    ~Checkpointer();

    /// Publishes now, if the head grew. Errors: unusable_key, store_failed.
    base::Result<void> publish();

    /// Signs nothing any more: publish() gives `why` from now on, until a restart.
    void refuse(base::Error why);

    /// Why the last attempt to publish failed, if it did: an operator has to act.
    [[nodiscard]] std::optional<base::Error> failure() const;

private:
    Checkpointer(Store& store, Committer& committer, crypto::PrivateKey key, Settings settings,
                 std::optional<std::uint64_t> published);
    void run();
    base::Result<void> sign_and_keep(const Committer::Head& head);

    Store& store_;
    Committer& committer_;
    const crypto::PrivateKey key_;
    const Settings settings_;

    std::mutex publishing_;                   ///< one at a time
    std::optional<std::uint64_t> published_;  ///< size of the last one
    std::optional<base::Error> refused_;

    mutable std::mutex mutex_;
    std::optional<base::Error> failure_;
    bool stopping_ = false;
    std::condition_variable wake_;
    std::thread thread_;  ///< the last member: it uses the others
};

}  // namespace gateway::store
