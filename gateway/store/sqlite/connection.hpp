#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "gateway/store/sqlite/statement.hpp"

struct sqlite3;

namespace gateway::store::sqlite {

/// One connection to the file, with the statements it has prepared: each SQL text is compiled once.
///
/// Threads:  one at a time.
/// Errors:   as Statement.
class Connection {
public:
    enum class Mode : std::uint8_t { write, read };

    [[nodiscard]] static base::Result<Connection> open(const std::string& path, Mode mode);

    /// Statements without parameters or rows, separated by semicolons.
    [[nodiscard]] base::Result<void> execute(const std::string& sql);

    /// Runs a statement that gives no rows; the number of rows it changed.
    template <class... Values>
    [[nodiscard]] base::Result<std::int64_t> run(std::string_view sql, const Values&... values);

    /// Every row, read by `read(const Statement&)`.
    template <class Read, class... Values>
    [[nodiscard]] auto all(std::string_view sql, Read read, const Values&... values)
        -> base::Result<std::vector<std::invoke_result_t<Read&, const Statement&>>>;

    /// The first row, or nothing.
    template <class Read, class... Values>
    [[nodiscard]] auto first(std::string_view sql, Read read, const Values&... values)
        -> base::Result<std::optional<std::invoke_result_t<Read&, const Statement&>>>;

    /// `visit(const Statement&)` for each row while it is read, to the first failure. Compiled
    /// anew.
    template <class Visit, class... Values>
    [[nodiscard]] base::Result<void> each(std::string_view sql, Visit visit,
                                          const Values&... values);

    [[nodiscard]] std::int64_t last_row() const noexcept;

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    /// Resets the statement when its rows have been read: an open one holds the snapshot.
    struct Reset {
        Statement* statement;
        ~Reset() { statement->reset(); }
        explicit Reset(Statement& one) noexcept : statement(&one) {}
        Reset(const Reset&) = delete;
        Reset& operator=(const Reset&) = delete;
    };
    explicit Connection(sqlite3* raw) noexcept : raw_(raw) {}

    [[nodiscard]] base::Result<Statement> compile(std::string_view sql);
    [[nodiscard]] base::Result<Statement*> prepared(std::string_view sql);
    [[nodiscard]] std::int64_t changes() const noexcept;

    std::unique_ptr<sqlite3, Close> raw_;
    std::unordered_map<std::string_view, Statement> statements_;  ///< by SQL text, a literal
};

template <class... Values>
base::Result<std::int64_t> Connection::run(std::string_view sql, const Values&... values)
{
    const auto statement = prepared(sql);
    if (!statement) {
        return base::Failure(statement.error());
    }
    const Reset reset(**statement);
    (*statement)->bind(values...);
    const auto stepped = (*statement)->step();
    if (!stepped) {
        return base::Failure(stepped.error());
    }
    return changes();
}

template <class Visit, class... Values>
base::Result<void> Connection::each(std::string_view sql, Visit visit, const Values&... values)
{
    auto statement = compile(sql);
    if (!statement) {
        return base::Failure(statement.error());
    }
    statement->bind(values...);
    for (;;) {
        const auto row = statement->step();
        if (!row) {
            return base::Failure(row.error());
        }
        if (!*row) {
            return {};
        }
        if (auto visited = visit(*statement); !visited) {
            return visited;
        }
    }
}

template <class Read, class... Values>
auto Connection::all(std::string_view sql, Read read, const Values&... values)
    -> base::Result<std::vector<std::invoke_result_t<Read&, const Statement&>>>
{
    const auto statement = prepared(sql);
    if (!statement) {
        return base::Failure(statement.error());
    }
    const Reset reset(**statement);
    (*statement)->bind(values...);
    std::vector<std::invoke_result_t<Read&, const Statement&>> rows;
    for (;;) {
        const auto row = (*statement)->step();
        if (!row) {
            return base::Failure(row.error());
        }
        if (!*row) {
            return rows;
        }
        rows.push_back(read(**statement));
    }
}

template <class Read, class... Values>
auto Connection::first(std::string_view sql, Read read, const Values&... values)
    -> base::Result<std::optional<std::invoke_result_t<Read&, const Statement&>>>
{
    const auto statement = prepared(sql);
    if (!statement) {
        return base::Failure(statement.error());
    }
    const Reset reset(**statement);
    (*statement)->bind(values...);
    const auto row = (*statement)->step();
    if (!row) {
        return base::Failure(row.error());
    }
    if (!*row) {
        return std::nullopt;
    }
    return read(**statement);
}

}  // namespace gateway::store::sqlite
