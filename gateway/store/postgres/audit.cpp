#include "gateway/store/postgres/audit.hpp"

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAdd =
    "insert into audit (id, kind, at, agent, address, purpose, justification, agreement, exchange,"
    " person, outcome, entity) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
constexpr std::string_view kRead =
    "select id, kind, at, agent, address, purpose, justification, agreement, exchange, person,"
    " outcome, entity from audit where id < $1 order by id desc limit $2";

/// Greater than every id: UUIDs are lower-case hexadecimal.
constexpr std::string_view kAfterEveryId = "~";

core::AuditEvent read_event(const Row& row)
{
    return {row.text(0),      static_cast<core::AuditKind>(row.integer(1)),
            {row.integer(2)}, row.text(3),
            row.text(4),      row.text(5),
            row.text(6),      row.text(7),
            row.text(8),      row.text(9),
            row.text(10),     row.text(11)};
}

}  // namespace

base::Result<void> send(Connection& database, const core::AuditEvent& event)
{
    return database.send(1, kAdd, event.id, static_cast<std::uint32_t>(event.kind),
                         event.when.microseconds, event.agent, event.address, event.purpose,
                         event.justification, event.agreement, event.exchange, event.person,
                         event.outcome, event.entity);
}

base::Result<std::vector<core::AuditEvent>> read_audit(Connection& database,
                                                       std::string_view before, std::size_t limit)
{
    return database.all(kRead, read_event, before.empty() ? kAfterEveryId : before,
                        static_cast<std::uint64_t>(limit));
}

}  // namespace gateway::store::postgres
