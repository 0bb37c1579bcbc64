#include "tests/contract/engines.hpp"

#include <stdexcept>

#include "tests/contract/postgres_server.hpp"
#include "tests/support/files.hpp"

namespace contract {
namespace {

class SqliteDatabase final : public Database {
public:
    std::unique_ptr<gateway::store::Store> open() override
    {
        auto store = gateway::store::open_sqlite(folder_ / "store.sqlite");
        if (!store) {
            throw std::runtime_error(base::to_line(store.error()));
        }
        return *std::move(store);
    }

private:
    support::TempDir folder_;
};

class PostgresDatabase final : public Database {
public:
    std::unique_ptr<gateway::store::Store> open() override
    {
        auto store = gateway::store::open_postgres(settings_, "node-1");
        if (!store) {
            throw std::runtime_error(base::to_line(store.error()));
        }
        return *std::move(store);
    }

private:
    std::string settings_ = PostgresServer::instance().fresh_schema();
};

std::vector<Engine> installed()
{
    std::vector<Engine> engines{sqlite()};
    if (PostgresServer::available()) {
        engines.push_back({"postgres", [] { return std::make_unique<PostgresDatabase>(); }});
    }
    return engines;
}

}  // namespace

const Engine& sqlite()
{
    static const Engine kSqlite{"sqlite", [] { return std::make_unique<SqliteDatabase>(); }};
    return kSqlite;
}

const std::vector<Engine>& engines()
{
    static const auto kEngines = installed();
    return kEngines;
}

}  // namespace contract
