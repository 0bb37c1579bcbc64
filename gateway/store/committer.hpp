#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fhir_models/base/result.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

/// The place in the ledger reserved for an act while it is being signed.
struct Position {
    std::uint64_t index = 0;
    std::string checkpoint;  ///< the latest published one (signed note), or empty
    const Rows* before =
        nullptr;  ///< of the acts before it in its batch; the store has them not yet
};

/// One act waiting to be made durable.
struct Act {
    /// What makes it the same act when it comes again; both empty when it cannot come again.
    std::string sender;
    std::string jti;
    std::string request_key;

    /// Makes the leaf's bytes and the rows, with the receipt signed for `position`. Called on the
    /// committer's thread, once, and again only if the batch it was in failed. No side effects.
    std::function<base::Result<Rows>(const Position& position, std::string& leaf)> prepare;

    /// How it ended, called on the committer's thread after the fsync. `original` is the exchange
    /// committed before under the same (sender, jti): its receipt is the answer.
    /// Errors: replayed (same jti, other request_key), store_failed, or what prepare gave.
    std::function<void(base::Result<std::optional<core::Exchange>> original)> done;
};

/// The one writer: gathers acts that arrive within a few milliseconds, reserves their ledger
/// indexes, has them signed, commits them in one transaction with one fsync, then answers them all.
/// A failed batch frees its indexes; nothing signed leaves before the commit.
///
/// Threads:  submit() from any; owns one thread.
/// Cancel:   the destructor finishes what was submitted.
class Committer {
public:
    struct Options {
        std::size_t largest_batch = 128;
        std::size_t largest_queue = 4096;  ///< beyond: overloaded at once
    };
    /// Errors: ledger_inconsistent when the stored tree cannot be restored.
    [[nodiscard]] static base::Result<std::unique_ptr<Committer>> start(Store& store,
                                                                        Options options);
    virtual ~Committer() = default;

    /// Errors: overloaded, draining (done is then not called).
    virtual base::Result<void> submit(Act act) = 0;

    /// The tree as committed: size and root, for the checkpoint.
    struct Head {
        std::uint64_t size = 0;
        base::Digest root{};
    };
    [[nodiscard]] virtual Head head() const = 0;

    /// From now on Position::checkpoint is this note.
    virtual void published(std::string note) = 0;
};

}  // namespace gateway::store
