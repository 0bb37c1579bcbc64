#include "gateway/store/sqlite/migrate.hpp"

#include <string>

#include "gateway/store/sqlite/schema.hpp"

namespace gateway::store::sqlite {

std::int64_t newest_version() noexcept
{
    return static_cast<std::int64_t>(kSchema.size());
}

base::Result<std::int64_t> version_of(Connection& database)
{
    const auto read = [](const Statement& row) { return row.integer(0); };
    const auto version = database.first("pragma user_version", read);
    return version ? base::Result<std::int64_t>(version->value_or(0))
                   : base::Failure(version.error());
}

base::Result<void> set_version(Connection& database, std::int64_t version)
{
    return database.execute("pragma user_version = " + std::to_string(version));
}

base::Result<void> migrate(Connection& database)
{
    const auto version = version_of(database);
    if (!version) {
        return base::Failure(version.error());
    }
    if (*version < 0) {
        return base::fail(base::Errc::ledger_inconsistent, "store, moved to PostgreSQL",
                          {"el almacén a donde se mudó éste: dos nodos no firman una bitácora",
                           "the store this one was moved to: two nodes do not sign one ledger"});
    }
    const auto stored = static_cast<std::size_t>(*version);
    if (stored > kSchema.size()) {
        const auto known = std::to_string(kSchema.size());
        return base::fail(base::Errc::store_failed,
                          "store, schema version " + std::to_string(stored),
                          {"una versión hasta " + known, "a version up to " + known});
    }
    for (auto step = stored; step < kSchema.size(); ++step) {
        std::string sql = "begin immediate;";
        sql += kSchema[step];
        sql += "pragma user_version = " + std::to_string(step + 1) + ";commit;";
        if (auto done = database.execute(sql); !done) {
            (void)database.execute("rollback");
            return done;
        }
    }
    return {};
}

}  // namespace gateway::store::sqlite
