#include "gateway/store/sqlite/write_rows.hpp"

#include "gateway/store/sqlite/audit.hpp"
#include "gateway/store/sqlite/exchanges.hpp"
#include "gateway/store/sqlite/ledger.hpp"
#include "gateway/store/sqlite/loads.hpp"
#include "gateway/store/sqlite/outbox.hpp"
#include "gateway/store/sqlite/persons.hpp"
#include "gateway/store/sqlite/retention.hpp"

namespace gateway::store::sqlite {
namespace {

/// `add(row)` for each row, to the first failure.
template <class Row, class Add>
base::Result<void> each(const std::vector<Row>& rows, Add add)
{
    for (const auto& row : rows) {
        if (auto added = add(row); !added) {
            return added;
        }
    }
    return {};
}

}  // namespace

base::Result<void> write_rows(Connection& database, const Rows& rows)
{
    static_assert(sizeof rows == 20 * sizeof rows.leaves, "a member of Rows is not written here");
    Keys keys(database);
    const auto plain = [&](const auto& row) { return add(database, row); };
    const auto keyed = [&](const auto& row) { return add(database, keys, row); };
    return each(rows.exchanges, keyed)
        .and_then([&] {
            return each(rows.closed, [&](const auto& row) { return close(database, row); });
        })
        .and_then([&] {
            return each(rows.discarded,
                        [&](const auto& exchange) { return discard(database, keys, exchange); });
        })
        .and_then([&] { return each(rows.documents, keyed); })
        .and_then([&] { return each(rows.shared, plain); })
        .and_then([&] { return each(rows.blobs, keyed); })
        .and_then([&] { return each(rows.persons, plain); })
        .and_then([&] { return each(rows.served, keyed); })
        .and_then([&] {
            return each(rows.outbox_done,
                        [&](const auto& exchange) { return remove(database, exchange); });
        })
        .and_then([&] { return each(rows.outbox, keyed); })
        .and_then([&] {
            return each(rows.transitions, [&](const auto& row) { return apply(database, row); });
        })
        .and_then([&] { return each(rows.load_rows, keyed); })
        .and_then([&] {
            return each(rows.moved_rows,
                        [&](const auto& row) { return move(database, keys, row); });
        })
        .and_then([&] {
            return each(rows.latest_loads,
                        [&](const auto& row) { return put(database, keys, row); });
        })
        .and_then([&] { return each(rows.holds, keyed); })
        .and_then([&] {
            return each(rows.releases,
                        [&](const auto& row) { return release(database, keys, row); });
        })
        .and_then([&] {
            return each(rows.erased, [&](const auto& row) { return erase(database, keys, row); });
        })
        .and_then([&] { return each(rows.audit, plain); })
        .and_then([&] { return each(rows.leaves, plain); })
        .and_then(
            [&] { return each(rows.tiles, [&](const auto& row) { return put(database, row); }); });
}

}  // namespace gateway::store::sqlite
