#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/net/client.hpp"
#include "gateway/store/store.hpp"

namespace gateway::attest {

/// A node that is asked to cosign.
struct Cosigner {
    std::string vkey;  ///< C2SP tlog-cosignature, type 4
    std::string url;   ///< its submission prefix, https://host:port
};

/// Has this ledger's checkpoints cosigned by its witnesses, all of them asked about the same one.
/// An exchange never waits for it. A witness that does not answer is asked ever more rarely, up to
/// once in 64 turns. One that saw a ledger of this name that is larger, or that this one did not
/// grow from, shows that a copy of yesterday was put back or that another writes it too: `forked`
/// is called, once, and nothing is asked any more.
///
/// Threads:  start() and stop() from any; its coroutine is one strand, what blocks goes to `work`.
/// Source:   C2SP tlog-witness.
class Cosigners {
public:
    struct Parts {
        store::Store& store;
        boost::asio::thread_pool& work;
        net::HttpsClient& client;
        std::string vkey;  ///< of the ledger
        std::vector<Cosigner> cosigners;
        std::chrono::milliseconds interval;
        /// As an outage of one begins and ends.
        std::function<void(std::string_view name, bool down, const base::Error& why)> alert;
        std::function<void(const base::Error& why)> forked;
    };
    /// Errors: unusable_key; `where` = "witnesses[N]".
    [[nodiscard]] static base::Result<std::unique_ptr<Cosigners>> create(
        const boost::asio::any_io_executor& executor, Parts parts);

    void start();
    void stop();

    /// One turn: has the latest checkpoint cosigned by all who did not do so yet.
    [[nodiscard]] boost::asio::awaitable<void> turn();

private:
    /// How it stands with one of them.
    struct State {
        std::string name;
        std::uint64_t size = 0;  ///< of the checkpoint it cosigned last, as far as is known
        bool asked = false;      ///< since the start
        std::uint32_t failures = 0;
        std::uint32_t skip = 0;  ///< turns until it is asked again
        bool down = false;
    };
    /// The latest checkpoint and its note.
    struct Head {
        evidence::Checkpoint checkpoint;
        std::string note;
    };
    Cosigners(const boost::asio::any_io_executor& executor, Parts parts, std::vector<State> states);

    boost::asio::awaitable<void> run();
    [[nodiscard]] base::Result<std::optional<Head>> latest() const;
    /// Its line over the note. Errors: partner_unreachable, bad_signature; ledger_inconsistent when
    /// it saw another ledger.
    [[nodiscard]] boost::asio::awaitable<base::Result<std::string>> ask(std::size_t which,
                                                                        const Head& head);
    [[nodiscard]] base::Result<std::string> request(std::uint64_t from, const Head& head) const;
    void judge(std::size_t which, const base::Result<std::string>& line);

    Parts parts_;
    std::vector<State> states_;
    boost::asio::strand<boost::asio::any_io_executor> strand_;
    boost::asio::steady_timer bell_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace gateway::attest
