#include "gateway/runtime/offload.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <thread>

using gateway::runtime::offload;
namespace asio = boost::asio;

namespace {

struct Places {
    std::thread::id before;
    std::thread::id during;
    std::thread::id after;
};

asio::awaitable<Places> visit(asio::thread_pool& pool)
{
    Places places;
    places.before = std::this_thread::get_id();
    places.during = co_await offload(pool, [] { return std::this_thread::get_id(); });
    places.after = std::this_thread::get_id();
    co_return places;
}

template <class T>
T run(asio::awaitable<T> work)
{
    asio::io_context loop;
    auto future = asio::co_spawn(loop, std::move(work), asio::use_future);
    loop.run();
    return future.get();
}

}  // namespace

TEST_CASE("work runs on the pool and the caller goes on where it was", "[offload]")
{
    asio::thread_pool pool(1);

    const auto places = run(visit(pool));

    CHECK(places.before == std::this_thread::get_id());
    CHECK(places.during != places.before);
    CHECK(places.after == places.before);
}

TEST_CASE("what work throws is thrown to the caller", "[offload]")
{
    asio::thread_pool pool(1);
    const auto fail = [](asio::thread_pool& on) -> asio::awaitable<int> {
        const auto work = []() -> int { throw std::runtime_error("no disk"); };
        co_return co_await offload(on, work);
    };

    CHECK_THROWS_WITH(run(fail(pool)), "no disk");
}

TEST_CASE("what work gives may be movable only", "[offload]")
{
    asio::thread_pool pool(1);
    const auto make = [](asio::thread_pool& on) -> asio::awaitable<std::unique_ptr<int>> {
        co_return co_await offload(on, [] { return std::make_unique<int>(7); });
    };

    CHECK(*run(make(pool)) == 7);
}
