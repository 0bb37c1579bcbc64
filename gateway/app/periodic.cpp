#include "gateway/app/periodic.hpp"

#include <utility>

namespace gateway::app {

Periodic::Periodic(std::chrono::seconds every, Once once)
    : every_(every), once_(std::move(once)), thread_([this] { run(); })
{
}

Periodic::~Periodic()
{
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Periodic::run()
{
    while (!stopping_) {
        once_(stopping_);
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, every_, [this] { return stopping_.load(); });
    }
}

}  // namespace gateway::app
