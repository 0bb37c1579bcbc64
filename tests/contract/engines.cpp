#include "tests/contract/engines.hpp"

#include <stdexcept>

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

}  // namespace

const std::vector<Engine>& engines()
{
    static const std::vector<Engine> kEngines{
        {"sqlite", [] { return std::make_unique<SqliteDatabase>(); }},
    };
    return kEngines;
}

}  // namespace contract
