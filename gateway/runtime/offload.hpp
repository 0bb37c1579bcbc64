#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace gateway::runtime {

namespace detail {

template <class Work, class Out>
boost::asio::awaitable<void> run_into(Work& work, std::optional<Out>& out)
{
    out.emplace(work());
    co_return;
}

}  // namespace detail

/// Runs a blocking `work()` on `pool` and resumes the caller on its own executor.
///
/// The only door into SQLite, libpq, translation and OpenSSL: a coroutine that calls them directly
/// stops every session of its thread.
/// Threads:  `work` runs on the pool; nothing else runs for the caller meanwhile.
/// Errors:   what `work` throws is thrown here, on the caller's executor.
/// Cancel:   not cancellable; `work` runs to its end.
template <class Work>
[[nodiscard]] auto offload(boost::asio::thread_pool& pool, Work work)
    -> boost::asio::awaitable<std::invoke_result_t<Work&>>
{
    std::optional<std::invoke_result_t<Work&>> out;
    auto job = detail::run_into(work, out);
    co_await boost::asio::co_spawn(pool, std::move(job), boost::asio::use_awaitable);
    co_return *std::move(out);
}

}  // namespace gateway::runtime
