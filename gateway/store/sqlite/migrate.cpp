#include "gateway/store/sqlite/migrate.hpp"

#include <string>

#include "gateway/store/sqlite/schema.hpp"

namespace gateway::store::sqlite {

base::Result<void> migrate(Connection& database)
{
    const auto read = [](const Statement& row) { return row.integer(0); };
    const auto version = database.first("pragma user_version", read);
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
