#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/draft.hpp"
#include "gateway/exchange/intake.hpp"
#include "gateway/exchange/loads.hpp"
#include "gateway/exchange/reprocess.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"
#include "mapping/translate.hpp"

namespace gateway::exchange {

/// What a submission got: kept and signed, whether accepted or rejected.
struct Answer {
    core::Exchange exchange;
    std::string receipt;    ///< receipt.jws
    std::string outcome;    ///< outcome.json
    std::string ack;        ///< HL7 ACK when it came as HL7 v2
    base::Error reason;     ///< why it was rejected
    bool opened = false;    ///< a load, taken to be worked on: there is no receipt yet
    bool repeated = false;  ///< the same request again: this is its first answer, byte for byte
};

/// One record's way, in a straight line (DESIGN §2):
/// intake -> read, map, validate, identify -> decide -> commit -> answer.
///
/// Owns:     nothing; what it refers to outlives it.
/// Threads:  any; each submission is one coroutine.
class Line {
public:
    struct Parts {
        const runtime::Snapshot<mapping::Translator>& translator;
        const runtime::Snapshot<agreements::Book>& book;
        const runtime::Snapshot<Directory>& directory;
        const Self& self;
        store::Store& store;
        store::Committer& committer;
        boost::asio::thread_pool& work;
        Loads& loads;
        std::size_t in_flight;  ///< submissions worked on at once; beyond it `overloaded`, at once
        /// While one is true nothing new is taken. Null: never.
        const std::atomic<bool>* halted = nullptr;  ///< no time-stamps: authority_silent
        const std::atomic<bool>* forked = nullptr;  ///< a witness's word: ledger_inconsistent
    };
    explicit Line(Parts parts) : parts_(parts) {}

    /// Errors: what leaves no exchange behind: replayed, overloaded, draining, store_failed, and
    /// those above.
    [[nodiscard]] boost::asio::awaitable<base::Result<Answer>> submit(Intake intake);

    /// The same line again over the bytes that were kept, with the plan and the agreement of now:
    /// a new version where the result differs from what was emitted, else nothing.
    /// Errors: as submit; store_failed, evidence_altered.
    [[nodiscard]] boost::asio::awaitable<base::Result<Retelling>> reprocess(Again again,
                                                                            base::Instant now);

private:
    [[nodiscard]] boost::asio::awaitable<base::Result<Answer>> walk(
        std::shared_ptr<const Intake> intake);
    [[nodiscard]] boost::asio::awaitable<base::Result<Answer>> open_load(
        std::shared_ptr<const Intake> intake);
    [[nodiscard]] base::Result<void> may_enter(std::size_t number) const;
    [[nodiscard]] base::Result<Draft> prepare(const Intake& intake) const;

    /// The steps of the line and what they are taken with.
    struct Steps {
        std::shared_ptr<const mapping::Translator> translator;
        std::shared_ptr<const agreements::Book> book;  ///< the decision points into it
        base::Result<Assessment> assessment;
        agreements::Decision decision;
    };
    [[nodiscard]] Steps read(const Intake& intake) const;
    [[nodiscard]] base::Result<void> judge(const Intake& intake, Steps& steps) const;
    [[nodiscard]] base::Result<Draft> draft(const Intake& intake, Steps steps) const;

    /// One of the places of work in flight, held while it lives.
    class Place {
    public:
        explicit Place(std::atomic<std::size_t>& taken) noexcept : taken_(taken), number_(++taken)
        {
        }
        ~Place() { --taken_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        [[nodiscard]] std::size_t number() const noexcept { return number_; }

    private:
        std::atomic<std::size_t>& taken_;
        std::size_t number_;
    };

    struct Renewed;
    [[nodiscard]] base::Result<std::shared_ptr<Renewed>> renew(const Again& again,
                                                               base::Instant now) const;
    [[nodiscard]] base::Result<void> renew(const Again& again, Renewed& renewed) const;
    [[nodiscard]] base::Result<void> draft_version(const Again& again, Renewed& renewed,
                                                   Steps steps) const;
    [[nodiscard]] base::Result<Answer> first_answer(const core::Exchange& original) const;

    Parts parts_;
    std::atomic<std::size_t> in_flight_ = 0;
};

}  // namespace gateway::exchange
