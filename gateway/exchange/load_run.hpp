#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "fhir_models/base/bytes.hpp"
#include "gateway/agreements/book.hpp"
#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/draft.hpp"
#include "gateway/exchange/series.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"

namespace gateway::exchange {

/// What loads are worked with; outlives them.
struct LoadParts {
    const runtime::Snapshot<mapping::Translator>& translator;
    const runtime::Snapshot<agreements::Book>& book;
    const runtime::Snapshot<Directory>& directory;
    const Self& self;
    store::Store& store;
    store::Committer& committer;
};

/// One load from its first row to its receipt, in chunks of at most 256 records.
///
/// Each record is stored under a key of its own; a row that has not changed is not stored again.
/// Nothing is served (the store hides what is open) or delivered before the close, which judges the
/// whole: agreement, rations.
/// Threads:  one; blocks.
class LoadRun {
public:
    LoadRun(const LoadParts& parts, std::shared_ptr<const Intake> intake, core::Exchange opened,
            const std::atomic<bool>& stopping);

    /// Works it off and closes it, accepted or rejected.
    /// Errors: store_failed, draining, internal; it is then still open.
    base::Result<void> run();

private:
    void take(mapping::Translation&& translation);
    base::Result<void> take_row(mapping::Translation&& translation);
    void hold_against_inventory();
    [[nodiscard]] agreements::Decision decide_all() const;
    base::Result<void> index(const RecordOutcome& outcome);
    base::Result<void> withdraw_one(const store::LoadRow& row);
    base::Result<void> keep(const RecordOutcome& outcome, std::string_view row);
    base::Result<void> seal(std::string_view kind, std::string_view bytes);
    void tell(const RecordOutcome& outcome, Change change, std::string_view row);
    base::Result<void> flush();
    [[nodiscard]] store::NamedDocument next_page();
    base::Result<void> withdraw();
    base::Result<void> close(const base::Result<void>& read);
    [[nodiscard]] agreements::Decision decide_now() const;
    [[nodiscard]] std::optional<base::Error> reason(const base::Result<void>& read,
                                                    const agreements::Decision& decision) const;
    [[nodiscard]] Draft draft_close(const agreements::Decision& decision) const;
    void accept(Draft& draft);
    void reject(Draft& draft, const base::Error& why);
    base::Result<void> commit(store::Rows rows);
    [[nodiscard]] std::size_t count(Change change) const
    {
        return counts_[static_cast<std::size_t>(change)];
    }

    const LoadParts& parts_;
    std::shared_ptr<const Intake> intake_;
    core::Exchange exchange_;
    const std::atomic<bool>& stopping_;
    std::shared_ptr<const mapping::Translator> translator_;
    std::shared_ptr<const agreements::Book> book_;

    Assessment assessment_;
    SeriesBook series_;
    std::array<std::size_t, 5> counts_{};  ///< by Change
    std::size_t nameless_ = 0;             ///< refused rows that nothing names
    std::uint32_t record_ = 0;             ///< the last one
    std::string fhir_;                     ///< of the record under way
    std::string lines_;                    ///< of records.ndjson, not yet in a chunk
    std::size_t pages_ = 0;                ///< of records.ndjson kept
    base::Sha256 manifest_;                ///< of what is kept of it
    evidence::Frontier tree_;              ///< of its lines
    base::Sha256 out_;
    std::size_t delivered_ = 0;
    store::Rows chunk_;
    std::size_t in_chunk_ = 0;
    std::optional<base::Error> failure_;  ///< it cannot go on
    std::optional<base::Error> denied_;   ///< the agreement says no: nothing more is kept

    const agreements::Inventory* inventory_ = nullptr;  ///< for the types seen so far
    std::size_t types_judged_ = 0;
    std::set<std::string> removed_;  ///< fields taken out, by path
    bool outside_ = false;           ///< a field that is not agreed denied it
};

/// Commits an act that must not be dropped for want of a place; waits for it. Blocks.
/// Errors: those of the act; draining.
[[nodiscard]] base::Result<void> commit_patiently(store::Committer& committer, store::Act act);

/// Signs and commits the end of a load.
[[nodiscard]] base::Result<void> commit_close(const LoadParts& parts, Draft draft);

}  // namespace gateway::exchange
