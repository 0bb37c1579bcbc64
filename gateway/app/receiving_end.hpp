#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <thread>

#include "gateway/app/receiver.hpp"
#include "gateway/net/server.hpp"

namespace gateway::app {

/// A Receiver that listens on a free port of this machine: the other institution of a LocalWorld.
///
/// Threads: five of its own; each delivery waits for the disk.
class ReceivingEnd {
public:
    ~ReceivingEnd();

    /// Listens; gives the port. Errors: those of Party::load and serve_https.
    [[nodiscard]] base::Result<std::uint16_t> start(Party party,
                                                    std::vector<crypto::Certificate> gateway,
                                                    const std::string& folder,
                                                    std::uint16_t port = 0);

    std::atomic<std::size_t> received = 0;  ///< deliveries countersigned

private:
    boost::asio::io_context io_;
    boost::asio::thread_pool work_{4};
    std::unique_ptr<Receiver> receiver_;
    std::unique_ptr<net::Server> server_;
    std::thread thread_;
};

}  // namespace gateway::app
