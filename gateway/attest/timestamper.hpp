#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/crypto/timestamp.hpp"
#include "gateway/net/client.hpp"
#include "gateway/store/store.hpp"

namespace gateway::attest {

/// Has the ledger's checkpoints stamped by a time-stamp authority.
///
/// Threads:  start() and stop() from any; its coroutine is one strand, what blocks goes to `work`.
class Timestamper {
public:
    struct Parts {
        store::Store& store;
        boost::asio::thread_pool& work;
        std::unique_ptr<net::HttpsClient> client;
        crypto::TrustAnchors anchors;
        std::string vkey;  ///< of the ledger
        std::string url;
        std::string policy;
        std::chrono::milliseconds interval;
        std::chrono::milliseconds stop_after;  ///< 0: never
        std::atomic<bool>& halted;             ///< set while an outage has lasted that long
        std::function<void(bool down, const base::Error& why)> alert;  ///< as one begins and ends
    };
    Timestamper(const boost::asio::any_io_executor& executor, Parts parts);

    void start();
    void stop();

    /// One turn: asks for a token over the latest checkpoint unless it has one; true when one was
    /// kept. Errors: partner_unreachable, bad_signature, store_failed.
    [[nodiscard]] boost::asio::awaitable<base::Result<bool>> stamp();

private:
    boost::asio::awaitable<void> run();
    [[nodiscard]] base::Result<std::optional<store::TimestampedCheckpoint>> unstamped() const;
    [[nodiscard]] base::Result<bool> keep(store::TimestampedCheckpoint checkpoint,
                                          const std::string& request,
                                          const net::Response& answer) const;
    void judge(const base::Result<bool>& turn);

    Parts parts_;
    boost::asio::strand<boost::asio::any_io_executor> strand_;
    boost::asio::steady_timer bell_;
    std::atomic<bool> stopping_ = false;
    std::optional<std::chrono::steady_clock::time_point> away_since_;
};

}  // namespace gateway::attest
