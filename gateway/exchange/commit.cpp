#include "gateway/exchange/commit.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace gateway::exchange {

namespace asio = boost::asio;
using Outcome = base::Result<std::optional<core::Exchange>>;

asio::awaitable<Outcome> commit(store::Committer& committer, store::Act act)
{
    auto initiate = [&committer](auto handler, store::Act given) {
        // std::function must be copyable, a coroutine's handler is not: hence the shared pointer.
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        given.done = [waiting](Outcome outcome) {
            auto executor = asio::get_associated_executor(*waiting);
            asio::post(executor, [waiting, outcome = std::move(outcome)]() mutable {
                (*waiting)(std::move(outcome));
            });
        };
        auto done = given.done;
        if (auto taken = committer.submit(std::move(given)); !taken) {
            done(base::Failure(taken.error()));
        }
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Outcome)>(
        initiate, asio::use_awaitable, std::move(act));
}

}  // namespace gateway::exchange
