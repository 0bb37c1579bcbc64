#include "gateway/store/sqlite/statement.hpp"

#include <sqlite3.h>

namespace gateway::store::sqlite {

base::Error error_of(sqlite3* database)
{
    const int code = sqlite3_extended_errcode(database);
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return {base::Errc::replayed,
                    std::string("store, ") + sqlite3_errmsg(database),
                    {"una fila que aún no existe", "a row that does not exist yet"},
                    {}};
        case SQLITE_CONSTRAINT_FOREIGNKEY:
        case SQLITE_CONSTRAINT_NOTNULL:
            return {base::Errc::not_found,
                    std::string("store, ") + sqlite3_errmsg(database),
                    {"un intercambio guardado", "an exchange that is kept"},
                    {}};
        default:
            return {base::Errc::store_failed,
                    std::string("store, ") + sqlite3_errstr(code) + " (SQLite " +
                        std::to_string(code) + ")",
                    {"un almacén que lea y escriba", "a store that reads and writes"},
                    {}};
    }
}

base::Result<Statement> Statement::prepare(sqlite3* database, std::string_view sql)
{
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) {
        return base::Failure(error_of(database));
    }
    return Statement(raw);
}

base::Result<bool> Statement::step()
{
    switch (sqlite3_step(raw_.get())) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return base::Failure(error_of(sqlite3_db_handle(raw_.get())));
    }
}

void Statement::reset() noexcept
{
    sqlite3_reset(raw_.get());
}

std::string Statement::text(int column) const
{
    return std::string(view(column));
}

std::string_view Statement::view(int column) const noexcept
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column));
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

int Statement::columns() const noexcept
{
    return sqlite3_column_count(raw_.get());
}

bool Statement::is_integer(int column) const noexcept
{
    return sqlite3_column_type(raw_.get(), column) == SQLITE_INTEGER;
}

std::int64_t Statement::integer(int column) const noexcept
{
    return sqlite3_column_int64(raw_.get(), column);
}

bool Statement::null(int column) const noexcept
{
    return sqlite3_column_type(raw_.get(), column) == SQLITE_NULL;
}

// An empty view may hold a null pointer, which SQLite would bind as NULL.
void Statement::bind_one(int at, std::string_view text) noexcept
{
    sqlite3_bind_text(raw_.get(), at, text.empty() ? "" : text.data(),
                      static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind_one(int at, Bytes bytes) noexcept
{
    sqlite3_bind_blob(raw_.get(), at, bytes.view.empty() ? "" : bytes.view.data(),
                      static_cast<int>(bytes.view.size()), SQLITE_STATIC);
}

void Statement::bind_one(int at, Optional text) noexcept
{
    if (text.view.empty()) {
        sqlite3_bind_null(raw_.get(), at);
    } else {
        bind_one(at, text.view);
    }
}

void Statement::bind_one(int at, std::int64_t number) noexcept
{
    sqlite3_bind_int64(raw_.get(), at, number);
}

void Statement::bind_one(int at, std::uint64_t number) noexcept
{
    sqlite3_bind_int64(raw_.get(), at, static_cast<std::int64_t>(number));
}

void Statement::bind_one(int at, std::uint32_t number) noexcept
{
    sqlite3_bind_int64(raw_.get(), at, number);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept
{
    sqlite3_finalize(statement);
}

}  // namespace gateway::store::sqlite
