#include "gateway/attest/cosigners.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fhir_models/base/text.hpp"
#include "gateway/evidence/add_checkpoint.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/runtime/offload.hpp"

namespace gateway::attest {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kAnswerWait{10};
constexpr std::uint32_t kMostDoublings = 6;

base::Failure forked(const std::string& name, base::Text expected)
{
    return base::fail(base::Errc::ledger_inconsistent, "witness " + name, std::move(expected));
}

base::Failure silent(const std::string& name, int status)
{
    return base::fail(base::Errc::partner_unreachable, "witness " + name,
                      {"una respuesta 200", "an answer 200"},
                      {std::to_string(status), std::to_string(status)});
}

/// The line of that witness in its answer, alone: lines of keys nobody named are not kept.
base::Result<std::string> own_line(const std::string& note, const std::string& answer,
                                   const Cosigner& cosigner, const std::string& name)
{
    const auto when = evidence::cosigned_at(note + answer, cosigner.vkey);
    if (!when || !*when) {
        return base::fail(base::Errc::bad_signature, "witness " + name,
                          {"su firma del punto de control", "its signature of the checkpoint"});
    }
    std::string kept;
    for (const auto line : base::split(answer, '\n')) {
        const auto one = std::string(line) + '\n';
        const auto by_it = evidence::cosigned_at(note + one, cosigner.vkey);
        if (by_it && *by_it) {
            kept = one;
        }
    }
    return kept;
}

}  // namespace

Cosigners::Cosigners(const asio::any_io_executor& executor, Parts parts, std::vector<State> states)
    : parts_(std::move(parts)),
      states_(std::move(states)),
      strand_(asio::make_strand(executor)),
      bell_(strand_)
{
}

base::Result<std::unique_ptr<Cosigners>> Cosigners::create(const asio::any_io_executor& executor,
                                                           Parts parts)
{
    std::vector<State> states;
    for (std::size_t i = 0; i < parts.cosigners.size(); ++i) {
        auto name = evidence::witness_name(parts.cosigners[i].vkey);
        if (!name) {
            return base::fail(base::Errc::unusable_key, "witnesses[" + std::to_string(i) + "]",
                              {"la llave de un testigo, nombre+identificador+llave",
                               "the key of a witness, name+id+key"});
        }
        states.push_back({.name = *std::move(name)});
    }
    return std::unique_ptr<Cosigners>(new Cosigners(executor, std::move(parts), std::move(states)));
}

void Cosigners::start()
{
    asio::co_spawn(strand_, run(), asio::detached);
}

void Cosigners::stop()
{
    stopping_ = true;
    asio::dispatch(strand_, [this] { bell_.cancel(); });
}

asio::awaitable<void> Cosigners::run()
{
    while (!stopping_) {
        co_await turn();
        bell_.expires_after(parts_.interval);
        co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

base::Result<std::optional<Cosigners::Head>> Cosigners::latest() const
{
    auto note = parts_.store.latest_checkpoint();
    if (!note || note->empty()) {
        return note ? base::Result<std::optional<Head>>(std::nullopt) : base::Failure(note.error());
    }
    auto checkpoint = evidence::open_checkpoint(*note, parts_.vkey);
    if (!checkpoint) {
        return base::Failure(checkpoint.error());
    }
    return Head{*std::move(checkpoint), *std::move(note)};
}

base::Result<std::string> Cosigners::request(std::uint64_t from, const Head& head) const
{
    const auto tiles = [this](std::uint32_t level, std::uint64_t index) {
        return parts_.store.tile(level, index);
    };
    auto proof = evidence::consistency_proof(from, head.checkpoint.size, tiles);
    if (!proof) {
        return base::Failure(proof.error());
    }
    return evidence::AddCheckpoint{from, *std::move(proof), head.note}.to_text();
}

asio::awaitable<void> Cosigners::turn()
{
    auto find = [this] { return latest(); };
    const auto head = co_await runtime::offload(parts_.work, std::move(find));
    if (!head || !*head) {
        co_return;  // the store's fault is told where it is written to
    }
    std::string lines;
    for (std::size_t i = 0; i < states_.size() && !stopping_; ++i) {
        auto& state = states_[i];
        if (state.asked && state.size == (*head)->checkpoint.size) {
            continue;
        }
        if (state.skip > 0) {
            --state.skip;
            continue;
        }
        const auto line = co_await ask(i, **head);
        judge(i, line);
        lines += line.value_or(std::string());
    }
    if (!lines.empty()) {
        auto keep = [&] {
            return parts_.store.save_cosigned((*head)->checkpoint.size, (*head)->note + lines);
        };
        (void)co_await runtime::offload(parts_.work, std::move(keep));  // the next one is kept
    }
}

asio::awaitable<base::Result<std::string>> Cosigners::ask(std::size_t which, const Head& head)
{
    const auto& cosigner = parts_.cosigners[which];
    auto& state = states_[which];
    constexpr int kTries = 3;  // the size it has is told at the first, when it is not known here
    int status = 0;
    for (int i = 0; i < kTries; ++i) {
        const auto from = state.size;
        auto write = [&] { return request(from, head); };
        auto body = co_await runtime::offload(parts_.work, std::move(write));
        if (!body) {
            co_return base::Failure(body.error());
        }
        net::Headers headers{{"content-type", "text/plain; charset=utf-8"}};
        auto answer =
            co_await parts_.client.send("POST", cosigner.url + "/add-checkpoint",
                                        std::move(headers), *std::move(body), kAnswerWait);
        if (!answer) {
            co_return base::Failure(answer.error());
        }
        status = answer->response.status;
        if (status == 200) {
            auto line = own_line(head.note, answer->response.body, cosigner, state.name);
            if (line) {
                state.size = head.checkpoint.size;
            }
            co_return line;
        }
        if (status == 422) {
            co_return forked(state.name, {"una bitácora que creció de la que el testigo conoce",
                                          "a ledger grown from the one the witness knows"});
        }
        const auto size =
            status == 409 ? base::to_size(base::trim(answer->response.body)) : std::nullopt;
        if (!size) {
            break;
        }
        if (*size > head.checkpoint.size || *size == from) {
            co_return forked(state.name,
                             {"la bitácora que el testigo conoce, de " + std::to_string(*size) +
                                  " hojas; ésta tiene " + std::to_string(head.checkpoint.size),
                              "the ledger the witness knows, of " + std::to_string(*size) +
                                  " leaves; this one has " + std::to_string(head.checkpoint.size)});
        }
        state.size = *size;
    }
    co_return silent(state.name, status);
}

void Cosigners::judge(std::size_t which, const base::Result<std::string>& line)
{
    auto& state = states_[which];
    if (line) {
        state.asked = true;
        state.failures = 0;
        if (std::exchange(state.down, false)) {
            parts_.alert(state.name, false, {});
        }
        return;
    }
    if (line.error().code == base::Errc::ledger_inconsistent &&
        line.error().where.starts_with("witness ")) {
        stopping_ = true;
        parts_.forked(line.error());
        return;
    }
    state.skip = (1U << std::min(state.failures++, kMostDoublings)) - 1;
    if (!std::exchange(state.down, true)) {
        parts_.alert(state.name, true, line.error());
    }
}

}  // namespace gateway::attest
