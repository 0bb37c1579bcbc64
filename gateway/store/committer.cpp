#include "gateway/store/committer.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/store/batch.hpp"

namespace gateway::store {
namespace {

/// What the store refuses because of one act, not of itself: the others can be saved without it.
bool is_contradiction(const base::Error& error) noexcept
{
    return error.code == base::Errc::replayed || error.code == base::Errc::not_found;
}

/// The end of the stored tree.
base::Result<evidence::Frontier> restore(Store& store)
{
    const auto size = store.ledger_size();
    if (!size) {
        return base::Failure(size.error());
    }
    const auto tiles = [&](std::uint32_t level, std::uint64_t index) {
        return store.tile(level, index);
    };
    return evidence::Frontier::restore(*size, tiles);
}

class Writer final : public Committer {
public:
    Writer(Store& store, const Options& options, evidence::Frontier frontier)
        : store_(store),
          options_(options),
          frontier_(std::move(frontier)),
          thread_([this] { run(); })
    {
    }

    ~Writer() override
    {
        {
            const std::scoped_lock lock(mutex_);
            draining_ = true;
        }
        arrived_.notify_one();
        thread_.join();
    }

    base::Result<void> submit(Act act) override
    {
        {
            const std::scoped_lock lock(mutex_);
            if (draining_) {
                return base::fail(base::Errc::draining, "store",
                                  {"una pasarela en servicio", "a gateway in service"});
            }
            if (queue_.size() >= options_.largest_queue) {
                return base::fail(base::Errc::overloaded, "store",
                                  {"menos trabajo en espera", "less work waiting"});
            }
            queue_.push_back(std::move(act));
        }
        arrived_.notify_one();
        return {};
    }

    [[nodiscard]] Head head() const override
    {
        const std::scoped_lock lock(mutex_);
        return {frontier_.size(), frontier_.root()};
    }

    void published(std::string note) override
    {
        const std::scoped_lock lock(mutex_);
        checkpoint_ = std::move(note);
    }

private:
    void run()
    {
        for (auto acts = next(); !acts.empty(); acts = next()) {
            commit(acts);
        }
    }

    /// What has gathered, at least one act; nothing when it is time to end.
    std::vector<Act> next()
    {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return !queue_.empty() || draining_; });
        const auto count =
            static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.largest_batch));
        std::vector<Act> acts(std::make_move_iterator(queue_.begin()),
                              std::make_move_iterator(queue_.begin() + count));
        queue_.erase(queue_.begin(), queue_.begin() + count);
        return acts;
    }

    void commit(std::span<Act> acts)
    {
        Batch batch(store_, frontier_, latest());
        for (const auto& act : acts) {
            batch.add(act);
        }
        const auto committed = batch.commit();
        if (committed) {
            replace(batch.take_tree());
        } else if (committed.error().code == base::Errc::ledger_inconsistent && reload()) {
            commit(acts);
            return;
        } else if (is_contradiction(committed.error()) && acts.size() > 1) {
            for (auto& act : acts) {  // find the one at fault, save the others
                commit({&act, 1});
            }
            return;
        }
        for (std::size_t i = 0; i < acts.size(); ++i) {
            acts[i].done(batch.take(i, committed));
        }
    }

    /// A commit whose end was never told may have been kept: the stored tree, if it is longer.
    bool reload()
    {
        auto stored = restore(store_);
        if (!stored || stored->size() <= frontier_.size()) {
            return false;
        }
        replace(*std::move(stored));
        return true;
    }

    void replace(evidence::Frontier frontier)
    {
        const std::scoped_lock lock(mutex_);
        frontier_ = std::move(frontier);
    }

    [[nodiscard]] std::string latest() const
    {
        const std::scoped_lock lock(mutex_);
        return checkpoint_;
    }

    Store& store_;
    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Act> queue_;
    bool draining_ = false;
    std::string checkpoint_;
    evidence::Frontier frontier_;  ///< of what is committed; changed by the thread, under the mutex
    std::thread thread_;           ///< the last member: it uses the others
};

}  // namespace

base::Result<std::unique_ptr<Committer>> Committer::start(Store& store, Options options)
{
    auto frontier = restore(store);
    if (!frontier) {
        return base::Failure(frontier.error());
    }
    return std::make_unique<Writer>(store, options, *std::move(frontier));
}

}  // namespace gateway::store
