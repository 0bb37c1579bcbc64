#include "gateway/store/sqlite/connection.hpp"

#include <sqlite3.h>

namespace gateway::store::sqlite {
namespace {

constexpr int kBusyMilliseconds = 5'000;

// synchronous=full: a commit is on the disk before it returns. No mmap (SQLite 3.40.1).
constexpr const char* kWriterSettings =
    "pragma page_size = 4096;"
    "pragma journal_mode = wal;"
    "pragma synchronous = full;"
    "pragma wal_autocheckpoint = 4000;"
    "pragma journal_size_limit = 67108864;"
    "pragma cache_size = -32768;"
    "pragma foreign_keys = on;"
    "pragma secure_delete = on;"
    "pragma temp_store = memory;";

constexpr const char* kReaderSettings =
    "pragma query_only = on;"
    "pragma cache_size = -4096;"
    "pragma temp_store = memory;";

}  // namespace

base::Result<Connection> Connection::open(const std::string& path, Mode mode)
{
    const int flags =
        mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Connection connection(raw);  // closed even when it did not open
    if (code != SQLITE_OK) {
        auto error = error_of(raw);
        error.where += ", opening " + path;
        return base::Failure(std::move(error));
    }
    sqlite3_busy_timeout(raw, kBusyMilliseconds);
    const auto set = connection.execute(mode == Mode::write ? kWriterSettings : kReaderSettings);
    if (!set) {
        return base::Failure(set.error());
    }
    return connection;
}

base::Result<void> Connection::execute(const std::string& sql)
{
    if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return base::Failure(error_of(raw_.get()));
    }
    return {};
}

std::int64_t Connection::last_row() const noexcept
{
    return sqlite3_last_insert_rowid(raw_.get());
}

std::int64_t Connection::changes() const noexcept
{
    return sqlite3_changes64(raw_.get());
}

base::Result<Statement> Connection::compile(std::string_view sql)
{
    return Statement::prepare(raw_.get(), sql);
}

base::Result<Statement*> Connection::prepared(std::string_view sql)
{
    const auto known = statements_.find(sql);
    if (known != statements_.end()) {
        return &known->second;
    }
    auto statement = compile(sql);
    if (!statement) {
        return base::Failure(statement.error());
    }
    return &statements_.emplace(sql, *std::move(statement)).first->second;
}

void Connection::Close::operator()(sqlite3* database) const noexcept
{
    sqlite3_close_v2(database);
}

}  // namespace gateway::store::sqlite
