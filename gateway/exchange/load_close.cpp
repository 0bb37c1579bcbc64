#include <algorithm>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "fhir_models/r4/operation_outcome.hpp"
#include "gateway/exchange/decide.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/exchange/load_run.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

}  // namespace

agreements::Decision LoadRun::decide_now() const
{
    Assessment so_far;
    so_far.resource_types = assessment_.resource_types;
    return decide(*book_, parts_.self.env, *intake_, so_far);
}

/// With the clause "fields", which was judged row by row.
agreements::Decision LoadRun::decide_all() const
{
    auto decision = decide_now();
    if (decision.permitted) {
        decision.permitted = !outside_;
        decision.verdicts.push_back({"fields", !outside_, {}, {removed_.begin(), removed_.end()}});
    }
    return decision;
}

std::optional<base::Error> LoadRun::reason(const base::Result<void>& read,
                                           const agreements::Decision& decision) const
{
    if (!read) {
        return read.error();
    }
    const auto refused = count(Change::refused);
    if (record_ == 0 || refused == record_) {
        return base::has_errors(assessment_.issues)
                   ? base::first_error(assessment_.issues)
                   : base::Error{Errc::empty_source,
                                 "row 1",
                                 {"al menos un registro", "at least one record"},
                                 {}};
    }
    if (!decision.permitted) {
        return decision.reason;
    }
    return over_ration(assessment_.profile, assessment_.generic, record_);
}

/// What the receipt says of the whole, but its place in the ledger.
Draft LoadRun::draft_close(const agreements::Decision& decision) const
{
    Draft draft;
    draft.opened = true;
    draft.exchange = exchange_;
    auto& exchange = draft.exchange;
    name_agreement(exchange, decision);
    exchange.profile = assessment_.package + " " + assessment_.profile;
    exchange.records = record_ - static_cast<std::uint32_t>(count(Change::withdrawn));
    exchange.refused = static_cast<std::uint32_t>(count(Change::refused));
    auto& claims = draft.claims;
    claims = claims_of(*intake_, exchange, decision, parts_.self);
    claims.plan = translator_->plan_digest();
    claims.map = exchange.profile;
    claims.records = exchange.records;
    claims.refused = exchange.refused;
    claims.generic = assessment_.generic;
    claims.root = evidence::digest_claim(tree_.root());
    return draft;
}

void LoadRun::accept(Draft& draft)
{
    auto& exchange = draft.exchange;
    draft.claims.evt = accepted_event(draft.claims);
    exchange.state = core::State::accepted;
    draft.rows.latest_loads = series_.latest();
    if (delivered_ == 0) {  // nothing differs: there is nothing to deliver
        exchange.state = core::State::completed;
        return;
    }
    const auto digest = out_.finish();
    exchange.out_digest = base::to_hex(base::view(digest));
    draft.claims.out = evidence::digest_claim(digest);
    const auto directory = parts_.directory.get();
    const auto* receiver = directory->find(exchange.receiver);
    if (receiver != nullptr && !receiver->institution.delivery_url.empty()) {
        draft.rows.outbox.push_back({.exchange = exchange.id,
                                     .partner = exchange.receiver,
                                     .person = {},  // about many: ordered with nobody
                                     .attempts = 0,
                                     .due = exchange.received,
                                     .leased_until = {}});
    }
}

void LoadRun::reject(Draft& draft, const base::Error& why)
{
    draft.reason = why;
    draft.exchange.state = core::State::rejected;
    draft.exchange.code = base::info(why.code).id;
    draft.claims.evt = "rejected";
    draft.claims.code = draft.exchange.code;
    draft.rows.discarded.push_back(exchange_.id);
    assessment_.issues.insert(assessment_.issues.begin(), base::to_issue(why));
}

base::Result<void> LoadRun::close(const base::Result<void>& read)
{
    const auto decision = decide_all();
    const auto why = denied_ ? denied_ : reason(read, decision);
    auto draft = draft_close(decision);
    if (why) {
        reject(draft, *why);
    } else {
        accept(draft);
    }
    trim(assessment_);
    draft.outcome = fhir::r4::to_json(
        fhir::r4::to_operation_outcome(assessment_.issues, intake_->trace_id).root());
    draft.claims.issues = evidence::digest_claim(draft.outcome);
    const LoadReport report{.load = exchange_.id,
                            .guide = assessment_.profile,
                            .counts = counts_,
                            .generic = assessment_.generic,
                            .nameless = nameless_,
                            .compared_with = series_.compared_with()};
    draft.rows.documents.push_back(next_page());
    draft.claims.manifest = evidence::digest_claim(manifest_.finish());
    add_document(draft, "outcome.json", draft.outcome);
    add_document(draft, std::string(kLoadReport), report.to_json());
    draft.rows.audit.push_back(audit_of(*intake_, draft, {}));
    return commit_close(parts_, std::move(draft));
}

}  // namespace gateway::exchange
