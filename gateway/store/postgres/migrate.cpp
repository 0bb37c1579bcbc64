#include "gateway/store/postgres/migrate.hpp"

#include <string>

#include "gateway/store/postgres/schema.hpp"

namespace gateway::store::postgres {
namespace {

constexpr const char* kBegin =
    "begin; select pg_advisory_xact_lock(20241107);"
    "create table if not exists schema_version (version bigint not null)";

base::Result<void> migrate_in_transaction(Connection& database)
{
    const auto read = [](const Row& row) { return row.integer(0); };
    const auto version =
        database.first("select coalesce(max(version), 0) from schema_version", read);
    if (!version) {
        return base::Failure(version.error());
    }
    const auto stored = static_cast<std::size_t>(version->value_or(0));
    if (stored > kSchema.size()) {
        const auto known = std::to_string(kSchema.size());
        return base::fail(base::Errc::store_failed,
                          "store, schema version " + std::to_string(stored),
                          {"una versión hasta " + known, "a version up to " + known});
    }
    for (auto step = stored; step < kSchema.size(); ++step) {
        std::string sql(kSchema[step]);
        sql += "insert into schema_version values (" + std::to_string(step + 1) + ")";
        if (auto done = database.execute(sql); !done) {
            return done;
        }
    }
    return database.execute("commit");
}

}  // namespace

base::Result<void> migrate(Connection& database)
{
    if (auto begun = database.execute(kBegin); !begun) {
        return begun;
    }
    auto migrated = migrate_in_transaction(database);
    if (!migrated) {
        (void)database.execute("rollback");
    }
    return migrated;
}

}  // namespace gateway::store::postgres
