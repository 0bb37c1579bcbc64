#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace gateway::app {

/// Does something at once, and then again and again until it is destroyed.
///
/// Threads:  owns one, which waits most of the time.
/// Cancel:   the destructor sets what `once` is given, and waits for it.
class Periodic {
public:
    using Once = std::function<void(const std::atomic<bool>& stopping)>;

    Periodic(std::chrono::seconds every, Once once);
    ~Periodic();
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;

private:
    void run();

    const std::chrono::seconds every_;
    const Once once_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace gateway::app
