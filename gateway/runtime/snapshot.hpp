#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace gateway::runtime {

/// An immutable value that is replaced whole: agreements, keys, plans. Taken once per request.
/// (libstdc++ 12's std::atomic<std::shared_ptr> trips ThreadSanitizer.)
///
/// Threads: any.
template <class T>
class Snapshot {
public:
    explicit Snapshot(std::shared_ptr<const T> value) : value_(std::move(value)) {}

    [[nodiscard]] std::shared_ptr<const T> get() const
    {
        const std::scoped_lock lock(mutex_);
        return value_;
    }

    void replace(std::shared_ptr<const T> value)
    {
        const std::scoped_lock lock(mutex_);
        value_.swap(value);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

}  // namespace gateway::runtime
