#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {

/// Erases what has served its term, when the gateway starts and once a day: exchange::retain().
///
/// Threads:  owns one, which waits most of the time.
/// Cancel:   the destructor ends it after the exchange under way.
class RetentionJob {
public:
    /// All outlive it.
    RetentionJob(const runtime::Snapshot<agreements::Book>& book, const exchange::Self& self,
                 store::Store& store, store::Committer& committer);
    ~RetentionJob();
    RetentionJob(const RetentionJob&) = delete;
    RetentionJob& operator=(const RetentionJob&) = delete;

private:
    void run();
    void once();

    const runtime::Snapshot<agreements::Book>& book_;
    const exchange::Self& self_;
    store::Store& store_;
    store::Committer& committer_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace gateway::app
