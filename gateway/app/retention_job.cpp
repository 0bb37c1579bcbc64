#include "gateway/app/retention_job.hpp"

#include <spdlog/spdlog.h>

#include "gateway/app/clock.hpp"
#include "gateway/exchange/retention.hpp"

namespace gateway::app {
namespace {

constexpr std::chrono::hours kEvery{24};

}  // namespace

RetentionJob::RetentionJob(const runtime::Snapshot<agreements::Book>& book,
                           const exchange::Self& self, store::Store& store,
                           store::Committer& committer)
    : book_(book), self_(self), store_(store), committer_(committer), thread_([this] { run(); })
{
}

RetentionJob::~RetentionJob()
{
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void RetentionJob::run()
{
    while (!stopping_) {
        once();
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, kEvery, [this] { return stopping_.load(); });
    }
}

void RetentionJob::once()
{
    const auto book = book_.get();
    const auto tally = exchange::retain(
        *book, self_, store_, committer_, now(), false, [](const exchange::Due&) {}, stopping_);
    if (!tally) {
        spdlog::error("retention: {}", base::to_line(tally.error()));
    } else if (tally->due > 0) {
        spdlog::info("retention: {} exchanges past their term, {} erased", tally->due,
                     tally->erased);
    }
}

}  // namespace gateway::app
