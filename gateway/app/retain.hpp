#pragma once

#include <atomic>

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {

/// Erases what has served its term by now: exchange::retain(), told in the log.
void erase_due(const agreements::Book& book, const exchange::Self& self, store::Store& store,
               store::Committer& committer, const std::atomic<bool>& stopping);

}  // namespace gateway::app
