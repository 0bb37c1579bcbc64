#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <deque>
#include <map>
#include <optional>

#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/party.hpp"
#include "gateway/core/exchange.hpp"

namespace gateway::app {
namespace {

namespace asio = boost::asio;
using base::Result;
using fhir::r4::Document;

constexpr std::chrono::seconds kWait{60};
constexpr std::size_t kAtOnce = 16;
constexpr std::size_t kPage = 500;
constexpr std::chrono::milliseconds kPause{5};
constexpr std::chrono::milliseconds kBusy{500};
constexpr int kPatience = 20;  ///< times a busy gateway is asked again

/// One thing to ask the gateway: an exchange, a row of a load, or the next rows of one.
struct Task {
    std::string exchange;
    std::string record = {};
    std::string after = {};

    [[nodiscard]] std::string name() const
    {
        return record.empty() ? exchange : exchange + "/" + record;
    }
};

/// What all the clients share; one io_context on one thread, so no locks. Holds a page of tasks.
struct Work {
    const ReprocessOptions& options;
    net::HttpsClient& client;
    std::optional<Progress> progress = {};
    std::deque<Task> tasks = {};
    bool listing = true;      ///< more tasks may come
    std::size_t clients = 0;  ///< at work on a task
    std::map<std::string, std::size_t, std::less<>> counts = {};
    std::optional<base::Error> failure = {};
};

asio::awaitable<void> pause(std::chrono::milliseconds time)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

base::Error refusal(const net::Response& response)
{
    const auto problem = fhir::r4::read_json(response.body);
    const auto code = problem ? std::string(problem->root().text_of("code")) : std::string();
    base::Error error{base::Errc::internal, "HTTP " + std::to_string(response.status), {}, {}};
    for (const auto& row : base::catalogue()) {
        error.code = row.id == code ? row.code : error.code;
    }
    if (problem) {
        error.where = problem->root().text_of("where");
        if (const auto* expected = problem->root().find("expected")) {
            error.expected = {std::string(expected->text_of("es")),
                              std::string(expected->text_of("en"))};
        }
    }
    return error;
}

/// The answer's JSON; a gateway that is busy is asked again.
asio::awaitable<Result<Document>> ask(Work& work, std::string method, std::string path,
                                      std::string body)
{
    for (int round = 1;; ++round) {
        net::Headers headers{{"content-type", "application/json"},
                             {"exchange-purpose", "HOPERAT"},
                             {"exchange-justification", work.options.reason}};
        auto answer = co_await work.client.send(method, work.options.url + path, std::move(headers),
                                                body, kWait);
        if (!answer) {
            co_return base::Failure(answer.error());
        }
        const auto& response = answer->response;
        if (response.status == 200) {
            co_return fhir::r4::read_json(response.body);
        }
        auto error = refusal(response);
        if (error.code != base::Errc::overloaded || round == kPatience) {
            co_return base::Failure(std::move(error));
        }
        co_await pause(kBusy);
    }
}

std::string body_of(const Task& task, const ReprocessOptions& options)
{
    std::string json = options.send ? "{\"send\":true" : "{\"send\":false";
    json += task.record.empty() ? "" : ",\"record\":" + task.record;
    json += task.after.empty() ? "" : ",\"after\":" + task.after;
    if (!options.plan.empty() && task.record.empty()) {
        json += ",\"plan\":";
        fhir::r4::write_json_string(options.plan, json);
    }
    return json + "}";
}

/// Names, tabs and places: what was found of one, in one piece.
void tell(const Task& task, const fhir::r4::Node& told)
{
    const auto result = told.text_of("result");
    if (result == "same" || result == "replaced" || result == "other-plan") {
        return;
    }
    const auto name = task.name();
    std::string out = name + "\t" + std::string(result);
    const auto add = [&out](std::string_view text) { out.append("\t").append(text); };
    if (result == "changed") {
        add(told.text_of("exchange").empty() ? "-" : told.text_of("exchange"));
    } else if (result == "refused") {
        add(std::string(told.text_of("code")) + " " + std::string(told.text_of("where")) +
            "; expected " + std::string(told.text_of("expected")));
    }
    out += "\n";
    if (const auto* differences = told.find("differences")) {
        for (const auto& one : *differences) {
            out += name;
            add(one.text_of("path"));
            add(one.text_of("change"));
            add(one.text_of("rule"));
            out += "\n";
        }
    }
    if (const auto* more = told.find("more")) {
        out += name;
        add("… and " + std::string(more->text) + " more");
        out += "\n";
    }
    std::fputs(out.c_str(), stdout);
}

void take(const Task& task, const Document& json, Work& work)
{
    const auto& told = json.root();
    const auto result = told.text_of("result");
    if (result != "load") {
        ++work.counts[std::string(result)];
        work.progress->step();
        tell(task, told);
        return;
    }
    if (const auto* next = told.find("next")) {
        work.tasks.push_front({task.exchange, {}, std::string(next->text)});
    }
    if (const auto* rows = told.find("rows")) {
        for (const auto& row : *rows) {
            work.tasks.push_front({task.exchange, std::string(row.text)});
        }
    }
}

asio::awaitable<void> client(Work& work)
{
    while (!work.failure && (work.listing || work.clients > 0 || !work.tasks.empty())) {
        if (work.tasks.empty()) {
            co_await pause(kPause);
            continue;
        }
        const auto task = std::move(work.tasks.front());
        work.tasks.pop_front();
        ++work.clients;
        auto body = body_of(task, work.options);
        const auto told = co_await ask(work, "POST", "/exchanges/" + task.exchange + "/reprocess",
                                       std::move(body));
        --work.clients;
        if (told) {
            take(task, *told, work);
            continue;
        }
        ++work.counts["failed"];
        std::fprintf(stderr, "puente: %s: %s\n", task.name().c_str(),
                     base::to_line(told.error()).c_str());
        const auto code = told.error().code;
        if (code == base::Errc::partner_unreachable || code == base::Errc::not_permitted ||
            code == base::Errc::store_failed) {
            work.failure = told.error();
        }
    }
}

/// The ids named, or page by page those that the filters leave, the newest first: what a later
/// record brought is mended before an earlier one carries it on.
asio::awaitable<void> list(Work& work, std::string before, std::string from)
{
    for (const auto& id : work.options.ids) {
        work.tasks.push_back({id});
    }
    bool more = work.options.ids.empty();
    while (more && !work.failure) {
        if (work.tasks.size() > kAtOnce) {
            co_await pause(kPause);
            continue;
        }
        auto path = "/exchanges?limit=" + std::to_string(kPage);
        path += before.empty() ? "" : "&before=" + before;
        const auto page = co_await ask(work, "GET", std::move(path), {});
        if (!page) {
            complain(page.error());
            work.failure = page.error();
            break;
        }
        const auto* exchanges = page->root().find("exchanges");
        more = page->root().find("next") != nullptr && exchanges != nullptr;
        for (const auto* one = exchanges == nullptr ? nullptr : exchanges->first; one != nullptr;
             one = one->next) {
            before = one->text_of("id");
            if (before < from) {
                more = false;
                break;
            }
            const auto state = one->text_of("state");
            const bool meant =
                work.options.sender.empty() || one->text_of("sender") == work.options.sender;
            if (meant && state != "rejected") {
                work.tasks.push_back({before});
            }
        }
    }
    work.listing = false;
}

Result<std::string> first_id(const std::string& moment, std::string_view option)
{
    if (moment.empty()) {
        return std::string();
    }
    const auto at = base::from_rfc3339(moment);
    return at ? Result<std::string>(core::first_id_of(*at))
              : base::fail(base::Errc::wrong_usage, std::string(option),
                           {"fecha y hora RFC 3339", "an RFC 3339 date and time"});
}

int sum_up(const Work& work)
{
    const auto count = [&](std::string_view name) {
        const auto found = work.counts.find(name);
        return found == work.counts.end() ? 0 : found->second;
    };
    std::fprintf(stderr,
                 "%zu %s, %zu same, %zu replaced before, %zu overtaken, %zu gone, %zu waiting, %zu "
                 "refused, %zu failed%s\n",
                 count("changed"), work.options.send ? "made anew" : "differ", count("same"),
                 count("replaced"), count("overtaken"), count("gone"), count("waiting"),
                 count("refused"), count("failed"),
                 work.options.send ? "" : "; nothing was written, --send makes the new versions");
    const bool done =
        !work.failure && count("waiting") == 0 && count("refused") == 0 && count("failed") == 0;
    return done ? kDone : kRefused;
}

}  // namespace

int exchange_reprocess(const ReprocessOptions& options)
{
    const auto from = first_id(options.from, "--from");
    const auto until = first_id(options.until, "--until");
    if (!from || !until) {
        complain(from ? until.error() : from.error());
        return kWrongUsage;
    }
    const auto party = Party::load(options.key, options.certificate, {}, {}, options.ca);
    if (!party) {
        return complain(party.error());
    }
    asio::io_context io;
    const auto https = net::HttpsClient::create(io.get_executor(), party->client());
    if (!https) {
        return complain(https.error());
    }
    Work work{options, **https};
    work.progress.emplace("exchange reprocess", 0);
    std::size_t running = kAtOnce + 1;
    const auto ended = [&](const std::exception_ptr& error) {
        if (error) {
            work.failure = base::Error{base::Errc::internal, "reprocess", {}, {}};
        }
        if (--running == 0) {
            io.stop();  // kept connections would hold it
        }
    };
    asio::co_spawn(io, list(work, *until, *from), ended);
    for (std::size_t i = 0; i < kAtOnce; ++i) {
        asio::co_spawn(io, client(work), ended);
    }
    io.run();
    work.progress.reset();
    std::fflush(stdout);
    return sum_up(work);
}

}  // namespace gateway::app
