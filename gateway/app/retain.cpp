#include "gateway/app/retain.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>

#include "gateway/agreements/book.hpp"
#include "gateway/app/clock.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/open_store.hpp"
#include "gateway/app/reload.hpp"
#include "gateway/exchange/retention.hpp"

namespace gateway::app {
namespace {

base::Result<base::Instant> moment_of(const RetainOptions& options)
{
    const auto at = options.at.empty() ? std::optional(now()) : base::from_rfc3339(options.at);
    if (!at || (!options.at.empty() && !options.dry_run)) {
        return base::fail(
            base::Errc::wrong_usage, "--at",
            {"fecha y hora RFC 3339, con --dry-run", "an RFC 3339 date and time, with --dry-run"});
    }
    return *at;
}

void show(const exchange::Due& due)
{
    std::printf("%s\t%s\t%s\t%u\t%s\n", due.exchange.id.c_str(), due.exchange.agreement.c_str(),
                base::to_rfc3339(due.ended).c_str(), due.years, due.at_end.c_str());
}

}  // namespace

void erase_due(const agreements::Book& book, const exchange::Self& self, store::Store& store,
               store::Committer& committer, const std::atomic<bool>& stopping)
{
    const auto tally = exchange::retain(
        book, self, store, committer, now(), false, [](const exchange::Due&) {}, stopping);
    if (!tally) {
        spdlog::error("retention: {}", base::to_line(tally.error()));
    } else if (tally->due > 0) {
        spdlog::info("retention: {} exchanges past their term, {} erased", tally->due,
                     tally->erased);
    }
}

int store_retain(const RetainOptions& options)
{
    const auto moment = moment_of(options);
    if (!moment) {
        complain(moment.error());
        return kWrongUsage;
    }
    const auto config = load_config(options.config, {});
    if (!config) {
        return kWrongUsage;
    }
    const auto self = load_self(*config);
    const auto loaded = load(*config);
    if (!self || !loaded) {
        return complain(self ? loaded.error() : self.error());
    }
    const auto store = open_store(*config);
    if (!store) {
        return complain(store.error());
    }
    const auto committer = store::Committer::start(**store, {});
    if (!committer) {
        return complain(committer.error());
    }
    const auto book = (*loaded)->book.get();
    const std::atomic<bool> stop = false;
    const auto tally =
        exchange::retain(*book, *self, **store, **committer, *moment, options.dry_run, show, stop);
    if (!tally) {
        return complain(tally.error());
    }
    std::fprintf(stderr, "%llu past their term, %llu erased\n",
                 static_cast<unsigned long long>(tally->due),
                 static_cast<unsigned long long>(tally->erased));
    return kDone;
}

}  // namespace gateway::app
