#include "gateway/store/batch.hpp"

#include <exception>
#include <iterator>

namespace gateway::store {
namespace {

base::Failure used_with_other_content()
{
    return base::fail(base::Errc::replayed, "jti",
                      {"un identificador nuevo o los mismos bytes", "a new id or the same bytes"});
}

template <class Row>
void append(std::vector<Row>& to, std::vector<Row>&& from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(Rows& to, Rows&& from)
{
    static_assert(sizeof to == 20 * sizeof to.leaves, "a member of Rows is not appended here");
    append(to.leaves, std::move(from.leaves));
    append(to.tiles, std::move(from.tiles));
    append(to.exchanges, std::move(from.exchanges));
    append(to.closed, std::move(from.closed));
    append(to.discarded, std::move(from.discarded));
    append(to.documents, std::move(from.documents));
    append(to.shared, std::move(from.shared));
    append(to.blobs, std::move(from.blobs));
    append(to.persons, std::move(from.persons));
    append(to.served, std::move(from.served));
    append(to.outbox, std::move(from.outbox));
    append(to.outbox_done, std::move(from.outbox_done));
    append(to.transitions, std::move(from.transitions));
    append(to.load_rows, std::move(from.load_rows));
    append(to.moved_rows, std::move(from.moved_rows));
    append(to.latest_loads, std::move(from.latest_loads));
    append(to.holds, std::move(from.holds));
    append(to.releases, std::move(from.releases));
    append(to.erased, std::move(from.erased));
    append(to.audit, std::move(from.audit));
}

/// The exchange that answers `act` when it comes again: the one it made.
std::optional<core::Exchange> made_by(const Act& act, const Rows& rows)
{
    for (const auto& exchange : rows.exchanges) {
        if (exchange.sender == act.sender && exchange.jti == act.jti) {
            return exchange;
        }
    }
    return std::nullopt;
}

/// One act that throws must not take the others, or the writer, with it.
base::Result<Rows> call(const Act& act, const Position& position, std::string& leaf)
{
    try {
        return act.prepare(position, leaf);
    } catch (const std::exception&) {
        return base::fail(base::Errc::internal, "receipt",
                          {"un acuse que se pueda firmar", "a receipt that can be signed"});
    }
}

}  // namespace

void Batch::add(const Act& act)
{
    waiting_.push_back(false);
    ended_.push_back(act.jti.empty() ? prepare(act) : once(act));
}

base::Result<void> Batch::commit()
{
    rows_.tiles = tree_.take_changed();
    return changes_ ? store_.commit(rows_) : base::Result<void>();
}

Ended Batch::take(std::size_t index, const base::Result<void>& committed)
{
    return waiting_[index] && !committed ? Ended(base::Failure(committed.error()))
                                         : std::move(ended_[index]);
}

// The act may have come before: in this batch, or committed.
Ended Batch::once(const Act& act)
{
    const std::pair<std::string_view, std::string_view> request{act.sender, act.jti};
    if (const auto here = here_.find(request); here != here_.end()) {
        waiting_.back() = true;
        return here->second.request_key == act.request_key ? Ended(here->second.exchange)
                                                           : used_with_other_content();
    }
    auto before = store_.find_request(act.sender, act.jti);
    if (!before) {
        return before;
    }
    if (*before) {
        return (*before)->request_key == act.request_key ? std::move(before)
                                                         : used_with_other_content();
    }
    auto prepared = prepare(act);
    if (prepared) {
        here_.emplace(request, Known{act.request_key, std::move(made_)});
    }
    return prepared;
}

Ended Batch::prepare(const Act& act)
{
    std::string leaf;
    const auto index = tree_.size();
    auto rows = call(act, {index, checkpoint_, &rows_}, leaf);
    if (!rows) {
        return base::Failure(std::move(rows).error());
    }
    made_ = made_by(act, *rows);
    if (!leaf.empty()) {
        tree_.append(evidence::leaf_hash(leaf));
        rows->leaves.push_back({index, std::move(leaf)});
    }
    append(rows_, *std::move(rows));
    waiting_.back() = true;
    changes_ = true;
    return std::nullopt;
}

}  // namespace gateway::store
