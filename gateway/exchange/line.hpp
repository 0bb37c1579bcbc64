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

private:
    [[nodiscard]] boost::asio::awaitable<base::Result<Answer>> walk(
        std::shared_ptr<const Intake> intake);
    [[nodiscard]] boost::asio::awaitable<base::Result<Answer>> open_load(
        std::shared_ptr<const Intake> intake);
    [[nodiscard]] base::Result<Draft> prepare(const Intake& intake) const;
    [[nodiscard]] base::Result<Answer> first_answer(const core::Exchange& original) const;

    Parts parts_;
    std::atomic<std::size_t> in_flight_ = 0;
};

}  // namespace gateway::exchange
