#include "gateway/store/committer.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace gateway::store {
namespace {

using Ended = base::Result<std::optional<core::Exchange>>;

base::Failure used_with_other_content()
{
    return base::fail(base::Errc::replayed, "jti",
                      {"un identificador nuevo o los mismos bytes", "a new id or the same bytes"});
}

/// What the store refuses because of one act, not of itself: the others can be saved without it.
bool is_contradiction(const base::Error& error) noexcept
{
    return error.code == base::Errc::replayed || error.code == base::Errc::not_found;
}

template <class Row>
void append(std::vector<Row>& to, std::vector<Row>&& from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(Rows& to, Rows&& from)
{
    append(to.leaves, std::move(from.leaves));
    append(to.tiles, std::move(from.tiles));
    append(to.exchanges, std::move(from.exchanges));
    append(to.documents, std::move(from.documents));
    append(to.shared, std::move(from.shared));
    append(to.blobs, std::move(from.blobs));
    append(to.persons, std::move(from.persons));
    append(to.resources, std::move(from.resources));
    append(to.outbox, std::move(from.outbox));
    append(to.outbox_done, std::move(from.outbox_done));
    append(to.transitions, std::move(from.transitions));
    append(to.audit, std::move(from.audit));
}

/// The exchange that answers `act` when it comes again: the one it made.
std::optional<core::Exchange> made_by(const Act& act, const Rows& rows)
{
    for (const auto& exchange : rows.exchanges) {
        if (exchange.sender == act.sender && exchange.jti == act.jti) {
            return exchange;
        }
    }
    return std::nullopt;
}

/// Some acts on their way into one commit: their rows, and the tree as it will be.
class Batch {
public:
    Batch(Store& store, const evidence::Frontier& frontier, const std::string& checkpoint)
        : store_(store), frontier_(frontier), checkpoint_(checkpoint)
    {
    }

    /// Takes the act in, or finds that there is nothing to commit for it.
    void add(const Act& act)
    {
        waiting_.push_back(false);
        ended_.push_back(act.jti.empty() ? prepare(act) : once(act));
    }

    /// Errors: those of Store::commit.
    base::Result<void> commit()
    {
        rows_.tiles = frontier_.take_changed();
        return changes_ ? store_.commit(rows_) : base::Result<void>();
    }

    /// How the `index`-th act ended, when the commit ended as `committed`.
    Ended take(std::size_t index, const base::Result<void>& committed)
    {
        return waiting_[index] && !committed ? Ended(base::Failure(committed.error()))
                                             : std::move(ended_[index]);
    }

    evidence::Frontier take_frontier() { return std::move(frontier_); }

private:
    struct Known {
        std::string_view request_key;
        std::optional<core::Exchange> exchange;
    };

    /// An act that may have come before: in this batch, or committed.
    Ended once(const Act& act)
    {
        const std::pair<std::string_view, std::string_view> request{act.sender, act.jti};
        if (const auto here = here_.find(request); here != here_.end()) {
            waiting_.back() = true;
            return here->second.request_key == act.request_key ? Ended(here->second.exchange)
                                                               : used_with_other_content();
        }
        auto before = store_.find_request(act.sender, act.jti);
        if (!before) {
            return before;
        }
        if (*before) {
            return (*before)->request_key == act.request_key ? std::move(before)
                                                             : used_with_other_content();
        }
        auto prepared = prepare(act);
        if (prepared) {
            here_.emplace(request, Known{act.request_key, std::move(made_)});
        }
        return prepared;
    }

    Ended prepare(const Act& act)
    {
        std::string leaf;
        const auto index = frontier_.size();
        auto rows = call(act, {index, checkpoint_}, leaf);
        if (!rows) {
            return base::Failure(std::move(rows).error());
        }
        made_ = made_by(act, *rows);
        if (!leaf.empty()) {
            frontier_.append(evidence::leaf_hash(leaf));
            rows->leaves.push_back({index, std::move(leaf)});
        }
        append(rows_, *std::move(rows));
        waiting_.back() = true;
        changes_ = true;
        return std::nullopt;
    }

    /// One act that throws must not take the others, or the writer, with it.
    static base::Result<Rows> call(const Act& act, const Position& position, std::string& leaf)
    {
        try {
            return act.prepare(position, leaf);
        } catch (const std::exception&) {
            return base::fail(base::Errc::internal, "receipt",
                              {"un acuse que se pueda firmar", "a receipt that can be signed"});
        }
    }

    Store& store_;
    evidence::Frontier frontier_;
    const std::string& checkpoint_;
    Rows rows_;
    bool changes_ = false;
    std::map<std::pair<std::string_view, std::string_view>, Known> here_;
    std::optional<core::Exchange> made_;  ///< by the act prepared last
    std::vector<Ended> ended_;
    std::vector<bool> waiting_;  ///< for the commit
};

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
        const auto checkpoint = latest();
        Batch batch(store_, frontier_, checkpoint);
        for (const auto& act : acts) {
            batch.add(act);
        }
        const auto committed = batch.commit();
        if (!committed && is_contradiction(committed.error()) && acts.size() > 1) {
            for (auto& act : acts) {  // find the one at fault, save the others
                commit({&act, 1});
            }
            return;
        }
        if (committed) {
            const std::scoped_lock lock(mutex_);
            frontier_ = batch.take_frontier();
        }
        for (std::size_t i = 0; i < acts.size(); ++i) {
            acts[i].done(batch.take(i, committed));
        }
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
    const auto size = store.ledger_size();
    if (!size) {
        return base::Failure(size.error());
    }
    const auto tiles = [&](std::uint32_t level, std::uint64_t index) {
        return store.tile(level, index);
    };
    auto frontier = evidence::Frontier::restore(*size, tiles);
    if (!frontier) {
        return base::Failure(frontier.error());
    }
    return std::make_unique<Writer>(store, options, *std::move(frontier));
}

}  // namespace gateway::store
