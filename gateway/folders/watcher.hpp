#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "gateway/exchange/directory.hpp"
#include "gateway/exchange/line.hpp"
#include "gateway/runtime/snapshot.hpp"

namespace gateway::folders {

/// Submits what is moved into the folders of the routes, on the line of every other submission.
///
/// The bytes are the request's id: the same file again, also after a crash, is one exchange and
/// gets its first answer. Nobody signed it: the receipt says nro:false and names the route.
/// Threads:  one coroutine looks twice a second; each folder has one more while it has files, so a
///           full one holds no other. All on one strand, every look at a disk on the pool.
/// Cancel:   stop() lets the file under way finish.
class Watcher {
public:
    struct Parts {
        exchange::Line& line;
        const runtime::Snapshot<exchange::Directory>& directory;
        boost::asio::thread_pool& work;
        std::uint64_t largest_file;
        base::Clock now;
        std::function<void(std::string_view outcome)>
            count;  ///< accepted, rejected, repeated, opened, failed
    };
    Watcher(const boost::asio::any_io_executor& executor, Parts parts);

    void start();
    void stop();
    [[nodiscard]] bool idle() const noexcept { return running_ == 0; }

private:
    using Listing = base::Result<std::vector<std::string>>;
    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> empty(std::string folder);
    boost::asio::awaitable<void> take(std::string folder, std::string name);
    [[nodiscard]] base::Result<exchange::Intake> admit(const std::string& folder,
                                                       const std::string& name) const;
    boost::asio::awaitable<base::Result<exchange::Answer>> submit(std::string folder,
                                                                  std::string name,
                                                                  exchange::Intake intake);
    boost::asio::awaitable<void> put(std::string folder, std::string name,
                                     base::Result<exchange::Answer> answer);
    void wait(const std::string& path, std::int64_t seconds);

    Parts parts_;
    boost::asio::strand<boost::asio::any_io_executor> strand_;
    boost::asio::steady_timer bell_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> running_ = 0;
    std::set<std::string> busy_;                    ///< folders being emptied
    std::map<std::string, base::Instant> waiting_;  ///< files to look at again, not before
};

}  // namespace gateway::folders
