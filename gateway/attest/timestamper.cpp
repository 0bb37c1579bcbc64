#include "gateway/attest/timestamper.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::attest {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kAnswerWait{10};

}  // namespace

Timestamper::Timestamper(const asio::any_io_executor& executor, Parts parts)
    : parts_(std::move(parts)), strand_(asio::make_strand(executor)), bell_(strand_)
{
}

void Timestamper::start()
{
    asio::co_spawn(strand_, run(), asio::detached);
}

void Timestamper::stop()
{
    stopping_ = true;
    asio::dispatch(strand_, [this] { bell_.cancel(); });
}

asio::awaitable<void> Timestamper::run()
{
    while (!stopping_) {
        judge(co_await stamp());
        bell_.expires_after(parts_.interval);
        co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

/// The latest checkpoint, without token; nothing when it has one or there is none.
base::Result<std::optional<store::TimestampedCheckpoint>> Timestamper::unstamped() const
{
    using Found = base::Result<std::optional<store::TimestampedCheckpoint>>;
    auto note = parts_.store.latest_checkpoint();
    if (!note || note->empty()) {
        return note ? Found(std::nullopt) : base::Failure(note.error());
    }
    const auto checkpoint = evidence::open_checkpoint(*note, parts_.vkey);
    if (!checkpoint) {
        return base::Failure(checkpoint.error());
    }
    if (checkpoint->size == 0) {
        return std::nullopt;
    }
    const auto stamped = parts_.store.timestamp_covering(checkpoint->size - 1);
    if (!stamped || *stamped) {
        return stamped ? Found(std::nullopt) : base::Failure(stamped.error());
    }
    return store::TimestampedCheckpoint{checkpoint->size, *std::move(note), {}};
}

base::Result<bool> Timestamper::keep(store::TimestampedCheckpoint checkpoint,
                                     const std::string& request, const net::Response& answer) const
{
    if (answer.status != 200) {
        return base::fail(base::Errc::partner_unreachable, "timestamp",
                          {"una respuesta 200", "an answer 200"});
    }
    auto stamp = crypto::read_timestamp_reply(answer.body, request, parts_.anchors);
    if (!stamp) {
        return base::Failure(stamp.error());
    }
    checkpoint.token = std::move(stamp->token);
    if (auto saved = parts_.store.save_timestamp(checkpoint); !saved) {
        return base::Failure(saved.error());
    }
    return true;
}

asio::awaitable<base::Result<bool>> Timestamper::stamp()
{
    auto find = [this] { return unstamped(); };
    auto checkpoint = co_await runtime::offload(parts_.work, std::move(find));
    if (!checkpoint || !*checkpoint) {
        co_return (checkpoint ? base::Result<bool>(false) : base::Failure(checkpoint.error()));
    }
    const auto request = crypto::timestamp_request((*checkpoint)->note, parts_.policy);
    if (!request) {
        co_return base::Failure(request.error());
    }
    net::Headers headers{{"content-type", "application/timestamp-query"}};
    auto answer =
        co_await parts_.client->send("POST", parts_.url, std::move(headers), *request, kAnswerWait);
    if (!answer) {
        co_return base::Failure(answer.error());
    }
    auto check = [&, this] { return keep(**std::move(checkpoint), *request, answer->response); };
    co_return co_await runtime::offload(parts_.work, std::move(check));
}

void Timestamper::judge(const base::Result<bool>& turn)
{
    const auto now = std::chrono::steady_clock::now();
    if (!turn && !away_since_) {
        away_since_ = now;
        parts_.alert(true, turn.error());
    }
    if (turn && *turn && away_since_) {
        away_since_.reset();
        parts_.alert(false, {});
    }
    const bool long_away =
        away_since_ && parts_.stop_after.count() > 0 && now - *away_since_ >= parts_.stop_after;
    parts_.halted = long_away;
}

}  // namespace gateway::attest
