#include "gateway/exchange/loads.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "mapping/translate.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

constexpr std::size_t kPlaces = 4;
constexpr int kNice = 10;
constexpr std::size_t kPage = 100;

base::Failure no_place()
{
    return base::fail(Errc::overloaded, "load",
                      {"la carga anterior de esta institución terminada y un lugar libre",
                       "the institution's load before ended, and a free place"});
}

}  // namespace

Loads::Loads(const LoadParts& parts) : parts_(parts), thread_([this] { run(); }) {}

Loads::~Loads()
{
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

bool Loads::is_load(const Intake& intake)
{
    return (intake.listener == "exchanges" || intake.listener == "folder") &&
           mapping::detect(intake.bytes, intake.media_type) == mapping::Format::giis;
}

base::Result<void> Loads::reserve(const std::string& sender)
{
    const std::scoped_lock lock(mutex_);
    if (senders_.size() >= kPlaces || !senders_.insert(sender).second) {
        return no_place();
    }
    return {};
}

void Loads::release(const std::string& sender)
{
    const std::scoped_lock lock(mutex_);
    senders_.erase(sender);
}

bool Loads::is_at_work_for(const std::string& sender)
{
    const std::scoped_lock lock(mutex_);
    return senders_.contains(sender);
}

void Loads::start(std::shared_ptr<const Intake> intake, core::Exchange opened)
{
    {
        const std::scoped_lock lock(mutex_);
        queue_.push_back({std::move(intake), std::move(opened)});
    }
    arrived_.notify_one();
}

void Loads::run()
{
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread alone
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, [this] { return !queue_.empty() || stopping_; });
            if (stopping_) {
                return;
            }
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        const auto sender = job.intake->sender;
        const auto opened = job.opened;
        const auto done =
            LoadRun(parts_, std::move(job.intake), std::move(job.opened), stopping_).run();
        if (!done && !stopping_) {
            static_cast<void>(refuse(opened, done.error()));
        }
        release(sender);
    }
}

base::Result<void> Loads::refuse(const core::Exchange& opened, const base::Error& why)
{
    const auto request = document_of(opened.id, "request.jws", parts_.store);
    const auto digest = base::from_hex(opened.in_digest);
    if (!request || !digest) {
        return base::Failure(request ? base::Error{} : request.error());
    }
    Draft draft;
    draft.opened = true;
    draft.exchange = opened;
    draft.exchange.state = core::State::rejected;
    draft.exchange.code = base::info(why.code).id;
    auto& claims = draft.claims;
    claims.iss = parts_.self.urn;
    claims.aud = opened.sender;
    claims.jti = opened.jti;
    claims.env = parts_.self.env;
    claims.exch = opened.id;
    claims.nro = !request->empty();
    claims.req = claims.nro ? evidence::digest_claim(*request) : std::string();
    claims.transport = claims.nro ? std::string() : std::string("not kept");
    base::Digest in{};
    std::copy(digest->begin(), digest->end(), in.begin());
    claims.in = evidence::digest_claim(in);
    claims.receiver = opened.receiver;
    claims.pou = opened.purpose;
    claims.strength = opened.strength;
    claims.evt = "rejected";
    claims.code = draft.exchange.code;
    draft.outcome =
        fhir::r4::to_json(fhir::r4::to_operation_outcome({base::to_issue(why)}, opened.id).root());
    claims.issues = evidence::digest_claim(draft.outcome);
    add_document(draft, "outcome.json", draft.outcome);
    draft.rows.discarded.push_back(opened.id);
    return commit_close(parts_, std::move(draft));
}

base::Result<void> Loads::end_interrupted()
{
    store::ExchangeFilter filter{
        .party = {}, .state = core::State::open, .before = {}, .limit = kPage};
    for (;;) {
        const auto open = parts_.store.list_exchanges(filter);
        if (!open) {
            return base::Failure(open.error());
        }
        for (const auto& exchange : *open) {
            if (exchange.ledger != parts_.self.ledger_origin) {
                continue;  // another node is at work on it
            }
            const base::Error why{Errc::draining,
                                  "load",
                                  {"la carga entera: envíela otra vez con otro identificador",
                                   "the whole load: send it again under another id"},
                                  {}};
            if (auto ended = refuse(exchange, why); !ended) {
                return ended;
            }
        }
        if (open->size() < kPage) {
            return {};
        }
        filter.before = open->back().id;
    }
}

}  // namespace gateway::exchange
