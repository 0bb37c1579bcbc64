#include "gateway/store/sqlite/persons.hpp"

#include "gateway/store/served.hpp"

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kAddLink =
    "insert into person_link (system, value, person, since) values (?, ?, ?, ?)"
    " on conflict do nothing";
constexpr std::string_view kFindPerson =
    "select person from person_link where system = ? and value = ?";

constexpr std::string_view kAddServed =
    "insert into served_record (exchange, record, person, updated, resources)"
    " values (?, ?, ?, ?, ?)";
constexpr std::string_view kAddKeys = "insert into served_key (rowid, keys) values (?, ?)";

// The columns that found() reads, in its order. What an open or a refused load brought is not
// served.
constexpr std::string_view kServedOf =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_record r join exchange e on e.n = r.exchange"
    " where r.person = ? and r.person <> '' and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc";
constexpr std::string_view kServedUnder =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_key k join served_record r on r.n = k.rowid join exchange e on e.n = r.exchange"
    " where k.served_key match ? and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc";
// The index gives its rows in the order they were kept, so the last ones cost the same however many
// there are. Loads are kept while others come in: the newest is among the last few.
constexpr std::string_view kLastUnder =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_key k join served_record r on r.n = k.rowid join exchange e on e.n = r.exchange"
    " where k.served_key match ? and e.state not in ('open', 'rejected')"
    " order by k.rowid desc limit 16";

}  // namespace

base::Result<void> add(Connection& database, const PersonLink& link)
{
    const auto added =
        database.run(kAddLink, link.system, link.value, link.person, link.since.microseconds);
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> add(Connection& database, Keys& keys, const ServedRecord& record)
{
    const auto exchange = keys.of(record.exchange);
    if (!exchange) {
        return base::Failure(exchange.error());
    }
    const auto added = database.run(kAddServed, *exchange, record.record, record.person,
                                    record.updated.microseconds, to_lines(record));
    if (!added) {
        return base::Failure(added.error());
    }
    const auto indexed = database.run(kAddKeys, database.last_row(), keys_of(record));
    return indexed ? base::Result<void>() : base::Failure(indexed.error());
}

base::Result<std::optional<std::string>> find_person(Connection& database, std::string_view system,
                                                     std::string_view value)
{
    const auto read = [](const Statement& row) { return row.text(0); };
    return database.first(kFindPerson, read, system, value);
}

base::Result<std::vector<Resource>> resources_of(Connection& database, std::string_view person,
                                                 std::string_view type)
{
    return found(database, kServedOf, person, type, {});
}

base::Result<std::vector<Resource>> versions_of(Connection& database, std::string_view type,
                                                std::string_view id)
{
    return found(database, kServedUnder, "\"" + key_of(id) + "\"", type, id);
}

base::Result<std::optional<Resource>> newest_version(Connection& database, std::string_view type,
                                                     std::string_view id)
{
    return newest(found(database, kLastUnder, "\"" + key_of(id) + "\"", type, id));
}

}  // namespace gateway::store::sqlite
