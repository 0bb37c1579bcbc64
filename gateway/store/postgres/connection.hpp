#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "fhir_models/base/result.hpp"

struct pg_conn;
struct pg_result;

namespace gateway::store::postgres {

/// Text bound as NULL when it is empty.
struct Optional {
    std::string_view view;
};

/// The parameters of one statement, in the server's binary form: texts and bytea as they are,
/// numbers as bigint. Texts are not copied.
class Parameters {
public:
    template <class... Values>
    explicit Parameters(const Values&... values)
    {
        numbers_.reserve(sizeof...(values));
        (add(values), ...);
    }
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;

    [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
    [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

private:
    void add(std::string_view text);
    void add(Optional text);
    void add(std::int64_t number);
    void add(std::uint64_t number) { add(static_cast<std::int64_t>(number)); }
    void add(std::uint32_t number) { add(static_cast<std::int64_t>(number)); }

    std::vector<std::uint64_t> numbers_;  ///< big-endian
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

/// The rows a statement gave.
class Answer {
public:
    explicit Answer(pg_result* raw) noexcept : raw_(raw) {}

    [[nodiscard]] int size() const noexcept;
    [[nodiscard]] std::string text(int row, int column) const;  ///< also of bytea; empty for NULL
    [[nodiscard]] std::int64_t integer(int row, int column) const noexcept;
    [[nodiscard]] bool null(int row, int column) const noexcept;
    [[nodiscard]] std::int64_t changed() const;  ///< rows the statement changed

private:
    struct Clear {
        void operator()(pg_result* raw) const noexcept;
    };
    std::unique_ptr<pg_result, Clear> raw_;
};

/// One row, as the readers of a subject take it.
class Row {
public:
    Row(const Answer& rows, int number) noexcept : rows_(rows), number_(number) {}
    [[nodiscard]] std::string text(int column) const { return rows_.text(number_, column); }
    [[nodiscard]] std::int64_t integer(int column) const noexcept
    {
        return rows_.integer(number_, column);
    }
    [[nodiscard]] bool null(int column) const noexcept { return rows_.null(number_, column); }

private:
    const Answer& rows_;
    int number_;
};

/// What a failed statement is to us, by its SQLSTATE: unique is replayed, foreign key not_found,
/// anything else store_failed. Names tables and constraints, never values.
struct Fault {
    base::Error error;
    bool again = false;  ///< deadlock or serialisation: the same transaction may succeed now
};

/// One connection, with the statements it has prepared. A lost connection is opened again by
/// revive().
///
/// Threads:  one at a time.
/// Errors:   store_failed; replayed and not_found as Fault says.
class Connection {
public:
    [[nodiscard]] static base::Result<Connection> open(const std::string& settings);

    /// Opens the connection again when it was lost. Errors: store_failed.
    [[nodiscard]] base::Result<void> revive();
    [[nodiscard]] bool lost() const noexcept;

    /// Statements without parameters, separated by semicolons.
    [[nodiscard]] base::Result<void> execute(const std::string& sql);

    /// A statement without parameters that is put together while running; answers are texts.
    [[nodiscard]] base::Result<Answer> ask(const std::string& sql);

    template <class... Values>
    [[nodiscard]] base::Result<Answer> run(std::string_view sql, const Values&... values)
    {
        return query(sql, Parameters(values...));
    }

    /// Every row, read by `read(const Row&)`.
    template <class Read, class... Values>
    [[nodiscard]] auto all(std::string_view sql, Read read, const Values&... values)
        -> base::Result<std::vector<std::invoke_result_t<Read&, const Row&>>>
    {
        const auto rows = query(sql, Parameters(values...));
        if (!rows) {
            return base::Failure(rows.error());
        }
        std::vector<std::invoke_result_t<Read&, const Row&>> read_rows;
        read_rows.reserve(static_cast<std::size_t>(rows->size()));
        for (int i = 0; i < rows->size(); ++i) {
            read_rows.push_back(read(Row(*rows, i)));
        }
        return read_rows;
    }

    /// The first row, or nothing.
    template <class Read, class... Values>
    [[nodiscard]] auto first(std::string_view sql, Read read, const Values&... values)
        -> base::Result<std::optional<std::invoke_result_t<Read&, const Row&>>>
    {
        const auto rows = query(sql, Parameters(values...));
        if (!rows) {
            return base::Failure(rows.error());
        }
        if (rows->size() == 0) {
            return std::nullopt;
        }
        return read(Row(*rows, 0));
    }

    /// `copy ... from stdin (format binary)`: the bytes in pieces, then the number of rows taken.
    [[nodiscard]] base::Result<void> begin_copy(const std::string& sql);
    [[nodiscard]] base::Result<void> put_copy(std::string_view bytes);
    [[nodiscard]] base::Result<std::int64_t> end_copy();

    /// A pipeline: statements are sent without waiting for each other's answers.
    [[nodiscard]] base::Result<void> begin_pipeline();
    /// `at_least` is how many rows it has to change; fewer is replayed.
    template <class... Values>
    [[nodiscard]] base::Result<void> send(std::int64_t at_least, std::string_view sql,
                                          const Values&... values)
    {
        return send_one(at_least, sql, Parameters(values...));
    }
    /// Waits for every answer; the first fault, if there was one.
    [[nodiscard]] std::optional<Fault> end_pipeline();

private:
    struct Finish {
        void operator()(pg_conn* raw) const noexcept;
    };
    explicit Connection(pg_conn* raw) noexcept : raw_(raw) {}

    [[nodiscard]] base::Result<Answer> query(std::string_view sql, const Parameters& parameters);
    [[nodiscard]] base::Result<void> send_one(std::int64_t at_least, std::string_view sql,
                                              const Parameters& parameters);
    /// The name of the prepared statement, preparing it when it is new.
    [[nodiscard]] base::Result<const char*> prepared(std::string_view sql);
    [[nodiscard]] base::Error broken() const;

    std::unique_ptr<pg_conn, Finish> raw_;
    std::unordered_map<std::string_view, std::string> names_;  ///< by SQL text, a literal
    std::vector<std::int64_t> expected_;                       ///< of the statements in flight
    std::uint64_t asked_ = 0;                                  ///< queries, since it was opened
};

}  // namespace gateway::store::postgres
