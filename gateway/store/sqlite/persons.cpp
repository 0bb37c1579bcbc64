#include "gateway/store/sqlite/persons.hpp"

namespace gateway::store::sqlite {
namespace {

constexpr std::string_view kAddLink =
    "insert into person_link (system, value, person, since) values (?, ?, ?, ?)"
    " on conflict do nothing";
constexpr std::string_view kFindPerson =
    "select person from person_link where system = ? and value = ?";

constexpr std::string_view kPutResource =
    "insert into resource (type, id, person, exchange, record, entry, updated)"
    " values (?, ?, ?, ?, ?, ?, ?)"
    " on conflict (type, id, exchange, record) do update set person = excluded.person,"
    " entry = excluded.entry, updated = excluded.updated";

// The columns that read_resource() reads, in its order. What an open or a refused load brought is
// not served.
constexpr std::string_view kResourcesOf =
    "select r.type, r.id, r.person, e.id, r.record, r.entry, e.agreement, e.receiver, e.sender,"
    " r.updated from resource r join exchange e on e.n = r.exchange"
    " where r.person = ?1 and r.person <> '' and r.type = ?2 and e.state not in ('open', "
    "'rejected')"
    " order by r.updated desc, e.id desc, "
    "r.record desc, r.id";
constexpr std::string_view kEveryResourceOf =
    "select r.type, r.id, r.person, e.id, r.record, r.entry, e.agreement, e.receiver, e.sender,"
    " r.updated from resource r join exchange e on e.n = r.exchange"
    " where r.person = ?1 and r.person <> '' and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc, "
    "r.id";
constexpr std::string_view kVersionsOf =
    "select r.type, r.id, r.person, e.id, r.record, r.entry, e.agreement, e.receiver, e.sender,"
    " r.updated from resource r join exchange e on e.n = r.exchange"
    " where r.type = ? and r.id = ? and e.state not in ('open', 'rejected')"
    " order by r.updated desc, e.id desc, r.record desc";

Resource read_resource(const Statement& row)
{
    return {row.text(0),
            row.text(1),
            row.text(2),
            row.text(3),
            static_cast<std::uint32_t>(row.integer(4)),
            static_cast<std::uint32_t>(row.integer(5)),
            row.text(6),
            row.text(7),
            row.text(8),
            {row.integer(9)}};
}

}  // namespace

base::Result<void> add(Connection& database, const PersonLink& link)
{
    const auto added =
        database.run(kAddLink, link.system, link.value, link.person, link.since.microseconds);
    return added ? base::Result<void>() : base::Failure(added.error());
}

base::Result<void> add(Connection& database, Keys& keys, const Resource& resource)
{
    const auto key = keys.of(resource.exchange);
    if (!key) {
        return base::Failure(key.error());
    }
    const auto put = database.run(kPutResource, resource.type, resource.id, resource.person, *key,
                                  resource.record, resource.entry, resource.updated.microseconds);
    return put ? base::Result<void>() : base::Failure(put.error());
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
    return type.empty() ? database.all(kEveryResourceOf, read_resource, person)
                        : database.all(kResourcesOf, read_resource, person, type);
}

base::Result<std::vector<Resource>> versions_of(Connection& database, std::string_view type,
                                                std::string_view id)
{
    return database.all(kVersionsOf, read_resource, type, id);
}

}  // namespace gateway::store::sqlite
