#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/store/committer.hpp"

namespace gateway::store {

/// How an act ended: with the exchange committed before, with nothing (it was committed now), or
/// with an error.
using Ended = base::Result<std::optional<core::Exchange>>;

/// Some acts on their way into one commit: their rows, and the tree as it will be.
///
/// Owns:     a copy of the tree; the acts and the store must outlive it.
/// Threads:  one at a time.
class Batch {
public:
    Batch(Store& store, evidence::Frontier tree, std::string checkpoint)
        : store_(store), tree_(std::move(tree)), checkpoint_(std::move(checkpoint))
    {
    }

    /// Takes the act in, or finds that there is nothing to commit for it.
    void add(const Act& act);

    /// Errors: those of Store::commit.
    base::Result<void> commit();

    /// How the `index`-th act ended, when the commit ended as `committed`.
    [[nodiscard]] Ended take(std::size_t index, const base::Result<void>& committed);
    [[nodiscard]] evidence::Frontier take_tree() { return std::move(tree_); }

private:
    struct Known {
        std::string_view request_key;
        std::optional<core::Exchange> exchange;
    };

    [[nodiscard]] Ended once(const Act& act);
    [[nodiscard]] Ended prepare(const Act& act);

    Store& store_;
    evidence::Frontier tree_;
    std::string checkpoint_;
    Rows rows_;
    bool changes_ = false;
    std::map<std::pair<std::string_view, std::string_view>, Known> here_;  ///< by sender and jti
    std::optional<core::Exchange> made_;  ///< by the act prepared last
    std::vector<Ended> ended_;
    std::vector<bool> waiting_;  ///< for the commit
};

}  // namespace gateway::store
