#include "gateway/store/audit_query.hpp"

#include <array>
#include <string_view>

namespace gateway::store {
namespace {

constexpr std::array<std::string_view, 6> kColumns{"person",   "agent",   "agreement",
                                                   "exchange", "purpose", "outcome"};

std::string reading(std::string_view leading)
{
    std::string sql =
        "select id, kind, at, agent, address, purpose, justification, agreement, exchange, person,"
        " outcome, entity, decision from audit where id < $1";
    int number = 2;
    for (const auto column : kColumns) {
        const auto place = "$" + std::to_string(number++);
        if (column == leading) {
            sql.append(" and ").append(column).append(" = " + place + " and ");
            sql.append(column).append(" <> ''");  // the index is partial
        } else {
            sql.append(" and (" + place + " = '' or ").append(column).append(" = " + place + ")");
        }
    }
    return sql + " and (kind = $8 or $8 < 0) and at >= $9 and at < $10 order by id desc limit $11";
}

}  // namespace

const std::string& audit_query(const AuditFilter& filter)
{
    static const std::string by_person = reading("person");
    static const std::string by_exchange = reading("exchange");
    static const std::string by_agreement = reading("agreement");
    static const std::string by_agent = reading("agent");
    static const std::string by_time = reading("");
    return !filter.person.empty()      ? by_person
           : !filter.exchange.empty()  ? by_exchange
           : !filter.agreement.empty() ? by_agreement
           : !filter.agent.empty()     ? by_agent
                                       : by_time;
}

}  // namespace gateway::store
