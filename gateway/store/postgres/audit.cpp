#include "gateway/store/postgres/audit.hpp"

#include <limits>

#include "gateway/store/audit_query.hpp"

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAdd =
    "insert into audit (id, kind, at, agent, address, purpose, justification, agreement, exchange,"
    " person, outcome, entity, decision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13)";

/// Greater than every id: UUIDs are lower-case hexadecimal.
constexpr std::string_view kAfterEveryId = "~";

core::AuditEvent read_event(const Row& row)
{
    return {row.text(0),      static_cast<core::AuditKind>(row.integer(1)),
            {row.integer(2)}, row.text(3),
            row.text(4),      row.text(5),
            row.text(6),      row.text(7),
            row.text(8),      row.text(9),
            row.text(10),     row.text(11),
            row.text(12)};
}

}  // namespace

base::Result<void> send(Connection& database, const core::AuditEvent& event)
{
    return database.send(1, kAdd, event.id, static_cast<std::uint32_t>(event.kind),
                         event.when.microseconds, event.agent, event.address, event.purpose,
                         event.justification, event.agreement, event.exchange, event.person,
                         event.outcome, event.entity, event.decision);
}

base::Result<std::vector<core::AuditEvent>> read_audit(Connection& database,
                                                       const AuditFilter& filter)
{
    const auto before = filter.before.empty() ? kAfterEveryId : std::string_view(filter.before);
    const std::int64_t kind = filter.kind ? static_cast<std::int64_t>(*filter.kind) : -1;
    using Limits = std::numeric_limits<std::int64_t>;
    const auto from = filter.from ? filter.from->microseconds : Limits::min();
    const auto until = filter.until ? filter.until->microseconds : Limits::max();
    return database.all(audit_query(filter), read_event, before, filter.person, filter.agent,
                        filter.agreement, filter.exchange, filter.purpose, filter.outcome, kind,
                        from, until, static_cast<std::uint64_t>(filter.limit));
}

}  // namespace gateway::store::postgres
