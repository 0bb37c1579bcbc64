#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "gateway/exchange/load_run.hpp"

namespace gateway::exchange {

/// Works off loads beside the line, one at a time, on a thread that yields to everybody else.
///
/// Each sender has one place, and there are few: a load holds its bytes in memory.
/// Owns:     one thread of low priority.
/// Threads:  any.
/// Cancel:   the destructor stops after the record under way; what is not closed stays open, and
///           end_interrupted() refuses it at the next start.
class Loads {
public:
    explicit Loads(const LoadParts& parts);
    ~Loads();
    Loads(const Loads&) = delete;
    Loads& operator=(const Loads&) = delete;

    /// GIIS files come as loads, whatever their length.
    [[nodiscard]] static bool is_load(const Intake& intake);

    /// Errors: overloaded.
    [[nodiscard]] base::Result<void> reserve(const std::string& sender);
    void release(const std::string& sender);
    /// Reserved, waiting or under way.
    [[nodiscard]] bool is_at_work_for(const std::string& sender);
    /// The sender's place is reserved, its exchange is kept as open.
    void start(std::shared_ptr<const Intake> intake, core::Exchange opened);

    /// Closes, as rejected, what an earlier run of this node left open. Errors: store_failed.
    [[nodiscard]] base::Result<void> end_interrupted();

private:
    struct Job {
        std::shared_ptr<const Intake> intake;
        core::Exchange opened;
    };
    void run();
    /// Closes an open load as rejected: what was kept of it goes.
    base::Result<void> refuse(const core::Exchange& opened, const base::Error& why);

    const LoadParts parts_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job> queue_;
    std::set<std::string> senders_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;  ///< the last member: it uses the others
};

}  // namespace gateway::exchange
