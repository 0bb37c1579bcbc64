#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/net/server.hpp"
#include "tests/gateway/net/pki.hpp"

/// An io_context on two threads, as the gateway runs it.
class Loop {
public:
    Loop()
    {
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this] { context_.run(); });
        }
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop()
    {
        work_.reset();
        context_.stop();
        for (auto& thread : threads_) {
            thread.join();
        }
    }

    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }

    /// Runs a coroutine to its end and gives its result.
    template <class T>
    T run(boost::asio::awaitable<T> work)
    {
        return boost::asio::co_spawn(context_, std::move(work), boost::asio::use_future).get();
    }

private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        context_.get_executor()};
    std::vector<std::thread> threads_;
};

/// True as soon as `holds()` is; false after five seconds.
template <class Condition>
bool eventually(Condition holds)
{
    for (int i = 0; i < 500; ++i) {
        if (holds()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

/// A body limit of `limit` bytes everywhere.
inline gateway::net::BodyLimit at_most(std::size_t limit)
{
    return [limit](std::string_view, std::string_view) { return limit; };
}
