#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <string>

#include "gateway/agreements/book.hpp"
#include "gateway/delivery/outages.hpp"
#include "gateway/delivery/schedule.hpp"
#include "gateway/exchange/completion.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/self.hpp"
#include "gateway/net/client.hpp"
#include "gateway/runtime/snapshot.hpp"
#include "gateway/store/committer.hpp"
#include "gateway/store/store.hpp"
#include "mapping/translate.hpp"

namespace gateway::delivery {

/// Takes what is due from the outbox to its partner, and ends it with the partner's
/// countersignature.
///
/// Order is kept per partner and person (the store leases nothing out of turn); one partner's
/// failure never holds another's. Threads:  one coroutine leases, up to Parts::in_flight deliver;
/// all on one strand. Cancel:   stop() lets deliveries under way finish.
class Worker {
public:
    struct Parts {
        const exchange::Self& self;
        store::Store& store;
        store::Committer& committer;
        const runtime::Snapshot<agreements::Book>& book;
        const runtime::Snapshot<exchange::Directory>& directory;
        const runtime::Snapshot<mapping::Translator>& translator;  ///< for those that speak HL7 v2
        net::HttpsClient& client;
        boost::asio::thread_pool& work;
        Schedule schedule;
        base::Clock now;
        std::function<void(std::string_view outcome)> count;  ///< completed, postponed, dead
        std::function<void(std::string_view partner, bool down)> alert;  ///< begins, ends
        std::size_t in_flight = 32;
    };
    Worker(const boost::asio::any_io_executor& executor, Parts parts);

    void start();
    /// Something may be due: look now.
    void poke();
    void stop();
    [[nodiscard]] bool idle() const noexcept { return running_ == 0; }

private:
    struct Parcel {
        core::Exchange exchange;
        std::string url, receipt, request;
        exchange::Part part;     ///< of the payload; a load comes in many
        std::size_t number = 1;  ///< of the part
        bool hl7v2 = false;
    };
    struct Sent;  ///< the HL7 v2 messages of a parcel so far
    struct Judged {
        exchange::Handover handover;
        evidence::DeliveryClaims claims;
    };
    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> deliver(store::OutboxItem item);
    boost::asio::awaitable<void> rest();
    [[nodiscard]] base::Result<Parcel> pack(const store::OutboxItem& item) const;
    boost::asio::awaitable<base::Result<void>> hand_over(Parcel& parcel);
    boost::asio::awaitable<base::Result<net::ClientAnswer>> send_part(const Parcel& parcel);
    boost::asio::awaitable<base::Result<void>> next_part(Parcel& parcel);
    boost::asio::awaitable<base::Result<void>> hand_over_hl7v2(Parcel& parcel);
    boost::asio::awaitable<base::Result<void>> send_messages(const Parcel& parcel, Sent& sent);
    boost::asio::awaitable<base::Result<net::ClientAnswer>> send_message(const Parcel& parcel,
                                                                         std::string message);
    [[nodiscard]] base::Result<Judged> judge(const Parcel& parcel,
                                             const net::ClientAnswer& answer) const;
    /// `sent`: digest of what went in the place of the FHIR; or empty.
    boost::asio::awaitable<base::Result<void>> complete(const Parcel& parcel,
                                                        const net::ClientAnswer& answer,
                                                        std::string sent);
    void watch(const std::string& partner, const base::Result<void>& handed);
    boost::asio::awaitable<void> put_back(const store::OutboxItem& item, const base::Error& error);

    Parts parts_;
    boost::asio::strand<boost::asio::any_io_executor> strand_;
    boost::asio::steady_timer bell_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> running_ = 0;  ///< the leasing loop and every delivery under way
    std::size_t delivering_ = 0;
    Outages outages_;
};

}  // namespace gateway::delivery
