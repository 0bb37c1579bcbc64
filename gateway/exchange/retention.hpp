#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// An authority's order to keep an exchange, its release, and the end of an exchange's payloads:
/// each with its audit event and its leaf. Errors of the commit: as store::Store says.
[[nodiscard]] store::Act hold_act(const core::Exchange& exchange, store::LegalHold hold,
                                  core::AuditEvent event, const Self& self);
[[nodiscard]] store::Act release_act(const core::Exchange& exchange, store::HoldRelease release,
                                     core::AuditEvent event, const Self& self);
[[nodiscard]] store::Act erase_act(const core::Exchange& exchange, store::Erasure erasure,
                                   core::AuditEvent event, const Self& self);

/// The end of a term of calendar years. The 29th of February ends on the 1st of March.
[[nodiscard]] base::Instant years_after(base::Instant begin, std::uint32_t years);

/// An exchange whose term has ended: nobody in it had an act since.
struct Due {
    core::Exchange exchange;
    base::Instant ended;
    std::uint32_t years = 0;
    std::string at_end;  ///< "destroy": erased; "return", "keep": as the parties agreed, by hand
};

struct RetentionTally {
    std::uint64_t due = 0;
    std::uint64_t erased = 0;
};

/// Goes through what this node took and keeps, the oldest first. The term is the agreement's, and
/// no less than the norm's: it begins with the last act of the people in it (NOM-004-SSA3-2012
/// 5.4). What an authority holds is passed over; so is what no agreement that is kept tells the
/// term of. Erases what the agreement lets be destroyed, or with `dry_run` nothing. Blocking, as
/// long as it takes; ends early when `stop`. Errors: store_failed.
[[nodiscard]] base::Result<RetentionTally> retain(const agreements::Book& book, const Self& self,
                                                  store::Store& store, store::Committer& committer,
                                                  base::Instant now, bool dry_run,
                                                  const std::function<void(const Due&)>& tell,
                                                  const std::atomic<bool>& stop);

}  // namespace gateway::exchange
