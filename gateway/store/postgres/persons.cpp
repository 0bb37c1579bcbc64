#include "gateway/store/postgres/persons.hpp"

#include "gateway/store/served.hpp"

namespace gateway::store::postgres {
namespace {

constexpr std::string_view kAddLink =
    "insert into person_link (system, value, person, since) values ($1, $2, $3, $4)"
    " on conflict do nothing";
constexpr std::string_view kFindPerson =
    "select person from person_link where system = $1 and value = $2";

constexpr std::string_view kAddServed =
    "insert into served_record (exchange, record, person, updated, resources, keys)"
    " values ($1, $2, $3, $4, $5, string_to_array($6, ' '))";

// The columns that found() reads, in its order. What an open or a refused load brought is not
// served.
constexpr std::string_view kServedOf =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_record r join exchange e on e.id = r.exchange"
    " where r.person = $1 and r.person <> '' and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc";
constexpr std::string_view kServedUnder =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_record r join exchange e on e.id = r.exchange"
    " where r.keys @> array[$1::text] and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc";
// An id is a UUIDv7, so its order is that of arrival and the key's own: of a resource that every
// message brings the last few are found from that end, of a rare one by its key.
constexpr std::string_view kLastUnder =
    "select r.person, e.id, r.record, e.agreement, e.receiver, e.sender, r.updated, r.resources"
    " from served_record r join exchange e on e.id = r.exchange"
    " where r.keys @> array[$1::text] and e.state not in ('open', 'rejected')"
    " order by r.exchange desc, r.record desc limit 16";

}  // namespace

base::Result<void> send(Connection& database, const PersonLink& link)
{
    return database.send(0, kAddLink, link.system, link.value, link.person,
                         link.since.microseconds);
}

base::Result<void> send(Connection& database, const ServedRecord& record)
{
    return database.send(1, kAddServed, record.exchange, record.record, record.person,
                         record.updated.microseconds, to_lines(record), keys_of(record));
}

base::Result<std::optional<std::string>> find_person(Connection& database, std::string_view system,
                                                     std::string_view value)
{
    const auto read = [](const Row& row) { return row.text(0); };
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
    return found(database, kServedUnder, key_of(id), type, id);
}

base::Result<std::optional<Resource>> newest_version(Connection& database, std::string_view type,
                                                     std::string_view id)
{
    return newest(found(database, kLastUnder, key_of(id), type, id));
}

}  // namespace gateway::store::postgres
