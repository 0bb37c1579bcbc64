#include "gateway/exchange/load_run.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/crypto/seal.hpp"
#include "gateway/exchange/custody.hpp"
#include "gateway/exchange/decide.hpp"
#include "gateway/exchange/draft_parts.hpp"
#include "gateway/exchange/load_report.hpp"
#include "gateway/exchange/withdraw.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

constexpr std::size_t kChunk = 256;
constexpr std::chrono::milliseconds kBusy{50};

}  // namespace

base::Result<void> commit_patiently(store::Committer& committer, store::Act act)
{
    auto ended = std::make_shared<std::promise<base::Result<void>>>();
    auto answer = ended->get_future();
    act.done = [ended](const base::Result<std::optional<core::Exchange>>& outcome) {
        ended->set_value(outcome ? base::Result<void>{} : base::Failure(outcome.error()));
    };
    for (;;) {
        auto taken = committer.submit(act);
        if (taken) {
            return answer.get();
        }
        if (taken.error().code != Errc::overloaded) {
            return taken;
        }
        std::this_thread::sleep_for(kBusy);  // a load waits; who sends one record does not
    }
}

base::Result<void> commit_close(const LoadParts& parts, Draft draft)
{
    store::Act act;
    act.prepare = [shared = std::make_shared<Draft>(std::move(draft)), &self = parts.self](
                      const store::Position& position, std::string& leaf) {
        return seal_draft(*shared, position, self, leaf);
    };
    return commit_patiently(parts.committer, std::move(act));
}

LoadRun::LoadRun(const LoadParts& parts, std::shared_ptr<const Intake> intake,
                 core::Exchange opened, const std::atomic<bool>& stopping)
    : parts_(parts),
      intake_(std::move(intake)),
      exchange_(std::move(opened)),
      stopping_(stopping),
      translator_(parts.translator.get()),
      book_(parts.book.get()),
      series_(exchange_.id, exchange_.sender + "|" + exchange_.receiver, parts.self, parts.store)
{
}

base::Result<void> LoadRun::run()
{
    const auto read = translator_->translate(
        intake_->bytes, request_of(*intake_),
        [this](mapping::Translation&& translation) { take(std::move(translation)); });
    if (failure_) {
        return base::Failure(*failure_);
    }
    if (auto done = flush(); !done) {
        return done;
    }
    if (!denied_ && read) {
        if (auto done = withdraw(); !done) {
            return done;
        }
    }
    return close(read);
}

void LoadRun::take(mapping::Translation&& translation)
{
    if (!failure_ && stopping_) {
        failure_ = base::Error{
            Errc::draining, "load", {"una pasarela en servicio", "a gateway in service"}, {}};
    }
    if (failure_) {
        return;
    }
    if (auto taken = take_row(std::move(translation)); !taken) {
        failure_ = taken.error();
    }
}

base::Result<void> LoadRun::take_row(mapping::Translation&& translation)
{
    const auto row = std::string_view(intake_->bytes).substr(translation.offset, translation.size);
    const auto name = translation.refused() ? RowName{} : name_of_row(translation.bundle.root());
    const auto guide = translation.profile;
    fhir_.clear();
    ++record_;
    const auto outcome = assess_record(std::move(translation), assessment_, fhir_);
    if (outcome.accepted) {
        hold_against_inventory();
    }
    if (!outcome.accepted) {
        tell(outcome, Change::refused, row);
        if (name.key.empty()) {
            ++nameless_;
            return {};
        }
        auto kept = series_.keep_refused(guide, name);
        if (!kept) {
            return base::Failure(kept.error());
        }
        std::ranges::move(*kept, std::back_inserter(chunk_.load_rows));
        return {};
    }
    auto compared = series_.compare(guide, name, row, record_);
    if (!compared) {
        return base::Failure(compared.error());
    }
    chunk_.load_rows.push_back(std::move(compared->row));
    tell(outcome, compared->change, row);
    if (compared->change != Change::unchanged) {
        if (auto kept = keep(outcome, row); !kept) {
            return kept;
        }
    }
    return ++in_chunk_ == kChunk ? flush() : base::Result<void>();
}

/// The clause "fields" for the record under way. Which inventory is asked anew when a type comes
/// that was not seen before; a load is kept under one.
void LoadRun::hold_against_inventory()
{
    if (assessment_.resource_types.size() != types_judged_) {
        types_judged_ = assessment_.resource_types.size();
        const auto decision = decide_now();
        const auto* const before = std::exchange(
            inventory_,
            decision.permitted ? decision.grant->inventory(intake_->purpose) : inventory_);
        if (before != inventory_ && delivered_ > 0 && !denied_) {
            outside_ = true;
            denied_ = base::Error{Errc::content_not_agreed,
                                  "row " + std::to_string(record_),
                                  {"el mismo inventario de campos en toda la carga",
                                   "one field inventory for all of a load"},
                                  {}};
        }
    }
    if (inventory_ == nullptr || denied_) {
        return;
    }
    auto filtered = filter_bundle(fhir_, *inventory_, removed_);
    if (!filtered) {
        outside_ = true;
        denied_ = filtered.error();
        return;
    }
    fhir_ = *std::move(filtered);
}

/// What is new of an accepted row: its payloads, its person, what can be read of it later.
base::Result<void> LoadRun::keep(const RecordOutcome& outcome, std::string_view row)
{
    if (denied_) {
        return {};
    }
    if (auto sealed = seal("source", row); !sealed) {
        return sealed;
    }
    if (auto sealed = seal("fhir", fhir_); !sealed) {
        return sealed;
    }
    out_.update(fhir_);
    out_.update("\n");
    ++delivered_;
    return index(outcome);
}

/// The person of the record under way, and what can be read of it once the load is closed.
base::Result<void> LoadRun::index(const RecordOutcome& outcome)
{
    const auto person =
        index_person(outcome, record_, exchange_, parts_.self, parts_.store, chunk_);
    if (!person) {
        return base::Failure(person.error());
    }
    if (person->empty() && !outcome.resources.empty()) {
        // Withdrawn without what names the person, which was taken out: still of who it was.
        auto& served = chunk_.served.back();
        const auto& first = served.resources.front();
        const auto before = parts_.store.versions_of(first.type, first.id);
        if (!before) {
            return base::Failure(before.error());
        }
        served.person = before->empty() ? std::string() : before->front().person;
    }
    return {};
}

base::Result<void> LoadRun::seal(std::string_view kind, std::string_view bytes)
{
    std::string context = exchange_.id;
    context.append("/").append(kind).append("/").append(std::to_string(record_));
    auto sealed = crypto::seal(parts_.self.master, bytes, context);
    if (!sealed) {
        return base::Failure(sealed.error());
    }
    chunk_.blobs.push_back({exchange_.id, std::string(kind), record_, *std::move(sealed)});
    return {};
}

/// One line of records.ndjson, a leaf of the manifest's tree.
void LoadRun::tell(const RecordOutcome& outcome, Change change, std::string_view row)
{
    ++counts_[static_cast<std::size_t>(change)];
    const auto* agreement = book_->find(intake_->agreement);
    const bool kept = change == Change::added || change == Change::changed;
    const RecordLine line{.record = record_,
                          .place = outcome.place,
                          .outcome = to_text(change),
                          .code = outcome.code,
                          .where = outcome.where,
                          .in = evidence::digest_claim(row),
                          .out = kept ? evidence::digest_claim(fhir_) : std::string(),
                          .sub = agreement == nullptr
                                     ? std::string()
                                     : subject_claim(agreement->subject_key, outcome.subject.curp)};
    add_line(line, lines_, tree_);
}

base::Result<void> LoadRun::commit(store::Rows rows)
{
    store::Act act;
    act.prepare = [shared = std::make_shared<const store::Rows>(std::move(rows))](
                      const store::Position&, std::string&) {
        return base::Result<store::Rows>(*shared);
    };
    return commit_patiently(parts_.committer, std::move(act));
}

base::Result<void> LoadRun::flush()
{
    in_chunk_ = 0;
    auto chunk = std::exchange(chunk_, {});
    if (!denied_) {
        if (const auto decision = decide_now(); !decision.permitted) {
            denied_ = decision.reason;
        }
    }
    if (denied_ || (chunk.load_rows.empty() && chunk.blobs.empty())) {
        return {};
    }
    chunk.documents.push_back(next_page());
    return commit(std::move(chunk));
}

/// The lines since the last page of records.ndjson: a long manifest is in no transaction whole.
store::NamedDocument LoadRun::next_page()
{
    manifest_.update(lines_);
    return {exchange_.id, page_of_records(++pages_, std::exchange(lines_, {}))};
}

/// Rows that did not come again, as entered-in-error. A refused row that nothing names may be any
/// of them: then all are kept, and the report says so.
base::Result<void> LoadRun::withdraw()
{
    if (nameless_ > 0) {
        chunk_.load_rows = series_.carried();
        return flush();
    }
    for (const auto& row : series_.missing()) {
        if (auto done = withdraw_one(row); !done) {
            return done;
        }
        if (++in_chunk_ == kChunk) {
            if (auto done = flush(); !done) {
                return done;
            }
        }
    }
    return flush();
}

base::Result<void> LoadRun::withdraw_one(const store::LoadRow& row)
{
    ++record_;
    ++counts_[static_cast<std::size_t>(Change::withdrawn)];
    RecordLine line{.record = record_,
                    .place = row.holder + "/" + std::to_string(row.record),
                    .outcome = to_text(Change::withdrawn)};
    const auto kept = record_of(row.holder, row.record, parts_.self, parts_.store);
    if (!kept && kept.error().code != Errc::not_found) {
        return base::Failure(kept.error());
    }
    if (kept) {  // else it was erased: there is nothing left to tell the receiver of
        fhir_ = *kept;
        hold_against_inventory();  // an older version of the agreement may have let more through
        auto bundle = withdrawn(fhir_);
        if (!bundle) {
            return base::Failure(bundle.error());
        }
        fhir_ = fhir::r4::to_json(bundle->root());
        if (auto sealed = seal("fhir", fhir_); !sealed) {
            return sealed;
        }
        if (auto indexed = index(judged_before(bundle->root(), record_)); !indexed) {
            return indexed;
        }
        out_.update(fhir_);
        out_.update("\n");
        ++delivered_;
        line.out = evidence::digest_claim(fhir_);
    }
    add_line(line, lines_, tree_);
    return {};
}

}  // namespace gateway::exchange
