#include "gateway/store/postgres/transaction.hpp"

#include <chrono>
#include <string>
#include <thread>

#include "gateway/store/postgres/audit.hpp"
#include "gateway/store/postgres/exchanges.hpp"
#include "gateway/store/postgres/ledger.hpp"
#include "gateway/store/postgres/loads.hpp"
#include "gateway/store/postgres/outbox.hpp"
#include "gateway/store/postgres/persons.hpp"
#include "gateway/store/postgres/retention.hpp"

namespace gateway::store::postgres {
namespace {

constexpr int kOutcomeAttempts = 50;
constexpr std::chrono::milliseconds kOutcomeWait(100);

/// `send(row)` for each row, to the first failure.
template <class Row, class Send>
base::Result<void> each(const std::vector<Row>& rows, Send send)
{
    for (const auto& row : rows) {
        if (auto sent = send(row); !sent) {
            return sent;
        }
    }
    return {};
}

/// All the rows into the pipeline, locks first, then those that others point to.
base::Result<void> send_rows(Connection& db, std::string_view node, const store::Rows& rows)
{
    static_assert(sizeof rows == 20 * sizeof rows.leaves, "a member of Rows is not written here");
    const auto plain = [&](const auto& row) { return send(db, row); };
    const auto of_node = [&](const auto& row) { return send(db, node, row); };
    const auto removal = [&](const auto& exchange) { return send_removal(db, exchange); };
    return send_locks(db, rows.outbox, rows.outbox_done)
        .and_then([&] { return each(rows.exchanges, plain); })
        .and_then([&] {
            return each(rows.closed, [&](const auto& row) { return send_closed(db, row); });
        })
        .and_then([&] {
            return each(rows.discarded,
                        [&](const auto& exchange) { return send_discard(db, exchange); });
        })
        .and_then([&] { return each(rows.documents, plain); })
        .and_then([&] { return each(rows.shared, plain); })
        .and_then([&] { return each(rows.blobs, plain); })
        .and_then([&] { return each(rows.persons, plain); })
        .and_then([&] { return each(rows.served, plain); })
        .and_then([&] { return each(rows.outbox_done, removal); })
        .and_then([&] { return each(rows.outbox, plain); })
        .and_then([&] { return each(rows.transitions, plain); })
        .and_then([&] { return each(rows.load_rows, plain); })
        .and_then([&] { return each(rows.moved_rows, plain); })
        .and_then([&] { return each(rows.latest_loads, plain); })
        .and_then([&] { return each(rows.holds, plain); })
        .and_then([&] { return each(rows.releases, plain); })
        .and_then([&] { return each(rows.erased, plain); })
        .and_then([&] { return each(rows.audit, plain); })
        .and_then([&] { return each(rows.leaves, of_node); })
        .and_then([&] { return each(rows.tiles, of_node); });
}

std::string read_text(const Row& row)
{
    return row.text(0);
}

/// Whether transaction `number` was committed, when the connection was lost while it was.
bool was_committed(Connection& db, const std::string& number)
{
    for (int i = 0; i < kOutcomeAttempts; ++i) {
        if (db.revive()) {
            const auto status =
                db.first("select pg_xact_status($1::text::xid8)", read_text, number);
            if (status && *status && **status != "in progress") {
                return **status == "committed";
            }
        }
        std::this_thread::sleep_for(kOutcomeWait);
    }
    return false;
}

}  // namespace

std::optional<Fault> try_commit(Connection& db, std::string_view node, const store::Rows& rows)
{
    if (const auto revived = db.revive(); !revived) {
        return Fault{revived.error()};
    }
    if (const auto begun = db.execute("begin"); !begun) {
        return Fault{begun.error(), db.lost()};  // an idle connection may have died unseen
    }
    const auto number = db.first("select pg_current_xact_id()::text", read_text);
    if (!number || !*number) {
        return Fault{number ? base::Error{} : number.error(), db.lost()};
    }
    const auto sent = db.begin_pipeline().and_then([&] { return send_rows(db, node, rows); });
    auto fault = db.end_pipeline();
    if (fault || !sent) {
        return fault ? fault : Fault{sent.error()};
    }
    const auto committed = db.execute("commit");
    if (committed || (db.lost() && was_committed(db, **number))) {
        return std::nullopt;
    }
    return Fault{committed.error()};
}

}  // namespace gateway::store::postgres
