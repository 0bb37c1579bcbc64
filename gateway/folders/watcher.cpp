#include "gateway/folders/watcher.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/exchange/routes.hpp"
#include "gateway/folders/files.hpp"
#include "gateway/runtime/offload.hpp"
#include "mapping/translate.hpp"

namespace gateway::folders {
namespace {

namespace asio = boost::asio;
using base::Errc;

constexpr std::chrono::milliseconds kRest{500};
constexpr std::int64_t kSoon = 2;    ///< seconds until a busy line or an open load is asked again
constexpr std::int64_t kLater = 60;  ///< seconds until a folder that cannot be used is tried again

/// A file has no Content-Type: its bytes say what it is.
std::string_view media_type_of(std::string_view bytes)
{
    const auto format = mapping::detect(bytes, {});
    if (!format) {
        return "application/octet-stream";
    }
    switch (*format) {
        case mapping::Format::hl7v2:
            return "application/hl7-v2";
        case mapping::Format::giis:
            return "application/vnd.mx.giis";
        case mapping::Format::fhir_json:
            return "application/fhir+json";
    }
    return {};
}

bool is_cut_off(const exchange::Answer& answer)
{
    return answer.exchange.code == base::info(Errc::draining).id;
}

}  // namespace

Watcher::Watcher(const asio::any_io_executor& executor, Parts parts)
    : parts_(std::move(parts)), strand_(asio::make_strand(executor)), bell_(strand_)
{
}

void Watcher::start()
{
    ++running_;
    asio::co_spawn(strand_, run(), asio::detached);
}

void Watcher::stop()
{
    stopping_ = true;
    asio::dispatch(strand_, [this] { bell_.cancel(); });
}

asio::awaitable<void> Watcher::run()
{
    while (!stopping_) {
        std::erase_if(waiting_,
                      [now = parts_.now()](const auto& file) { return file.second <= now; });
        std::set<std::string> folders;
        const auto directory = parts_.directory.get();
        for (const auto& route : directory->routes()) {
            if (!route.folder.empty()) {
                folders.insert(route.folder);
            }
        }
        for (const auto& folder : folders) {
            if (busy_.insert(folder).second) {
                ++running_;
                asio::co_spawn(strand_, empty(folder), asio::detached);
            }
        }
        bell_.expires_after(kRest);
        co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    --running_;
}

/// One file after another, in order of name: what comes first about a person is first on the line.
asio::awaitable<void> Watcher::empty(std::string folder)
{
    auto look = [folder, now = parts_.now()]() -> Listing {
        if (auto made = make_folders(folder); !made) {
            return base::Failure(made.error());
        }
        return ready_files(folder, now);
    };
    if (!waiting_.contains(folder)) {
        const auto names = co_await runtime::offload(parts_.work, std::move(look));
        if (!names) {
            spdlog::error("watched folder: {}", base::to_line(names.error()));
            wait(folder, kLater);
        }
        for (std::size_t i = 0; names && i < names->size() && !stopping_; ++i) {
            co_await take(folder, (*names)[i]);
        }
    }
    busy_.erase(folder);
    --running_;
}

void Watcher::wait(const std::string& path, std::int64_t seconds)
{
    waiting_[path] = base::Instant{parts_.now().microseconds + seconds * 1'000'000};
}

asio::awaitable<void> Watcher::take(std::string folder, std::string name)
{
    const auto path = folder + "/" + name;
    if (waiting_.contains(path)) {
        co_return;
    }
    auto read = [this, folder, name] { return admit(folder, name); };
    auto intake = co_await runtime::offload(parts_.work, std::move(read));
    base::Result<exchange::Answer> answer = exchange::Answer{};
    if (intake) {
        answer = co_await submit(folder, name, *std::move(intake));
    } else {
        answer = base::Failure(intake.error());
    }
    const bool again = answer ? answer->opened : base::info(answer.error().code).retry;
    if (again) {
        wait(path, kSoon);
        co_return;
    }
    co_await put(std::move(folder), std::move(name), std::move(answer));
}

/// The route of the folder speaks for who put the file there.
base::Result<exchange::Intake> Watcher::admit(const std::string& folder,
                                              const std::string& name) const
{
    auto bytes = read_whole(folder, name, parts_.largest_file);
    if (!bytes) {
        return base::Failure(bytes.error());
    }
    exchange::Intake intake{.listener = "folder", .address = {}};
    intake.media_type = media_type_of(*bytes);
    const exchange::Arrival arrival{.listener = "folder",
                                    .port = 0,
                                    .certificate = {},
                                    .address = {},
                                    .media_type = intake.media_type,
                                    .bytes = *bytes,
                                    .folder = folder};
    const auto directory = parts_.directory.get();
    const auto* const route = exchange::find_route(directory->routes(), arrival);
    if (route == nullptr) {
        return base::fail(Errc::no_route, "folder",
                          {"una ruta de esta carpeta para este mensaje",
                           "a route of this folder for this message"});
    }
    exchange::apply_route(*route, intake);
    intake.address = "urn:puente:route:" + route->name;
    intake.bytes = *std::move(bytes);
    intake.digest = base::sha256(intake.bytes);
    intake.received = parts_.now();
    intake.trace_id = core::new_id(intake.received);
    return intake;
}

/// Under the id of its bytes; under a second one only what came to nothing: a load that the end of
/// the program cut off, or a refusal that was told and the file put in again.
asio::awaitable<base::Result<exchange::Answer>> Watcher::submit(std::string folder,
                                                                std::string name,
                                                                exchange::Intake intake)
{
    const auto id = "sha-256:" + base::to_hex(base::view(intake.digest));
    for (int attempt = 1;; ++attempt) {
        auto request = intake;
        request.jti = attempt == 1 ? id : id + "~" + std::to_string(attempt);
        auto answer = co_await parts_.line.submit(std::move(request));
        const bool refused =
            answer && answer->repeated && answer->exchange.state == core::State::rejected;
        if (!refused) {
            co_return answer;
        }
        auto look = [folder, name, receipt = answer->receipt] {
            return was_told(folder, name, receipt);
        };
        const bool told = co_await runtime::offload(parts_.work, std::move(look));
        if (!told && !is_cut_off(*answer)) {
            co_return answer;
        }
    }
}

asio::awaitable<void> Watcher::put(std::string folder, std::string name,
                                   base::Result<exchange::Answer> answer)
{
    const bool accepted = answer && answer->exchange.state != core::State::rejected;
    parts_.count(!answer            ? "failed"
                 : answer->repeated ? "repeated"
                 : accepted         ? "accepted"
                                    : "rejected");
    Results results;
    if (answer) {
        results = {answer->receipt, answer->outcome};
    } else {
        const auto outcome = fhir::r4::to_operation_outcome({base::to_issue(answer.error())});
        results.outcome = fhir::r4::to_json(outcome.root());
    }
    auto move = [folder, name, accepted, results] {
        return settle(folder, name, accepted ? kDone : kRefused, results);
    };
    const auto moved = co_await runtime::offload(parts_.work, std::move(move));
    if (!moved) {
        spdlog::error("watched folder: {}", base::to_line(moved.error()));
        wait(folder + "/" + name, kLater);
    }
}

}  // namespace gateway::folders
