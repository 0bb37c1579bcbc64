#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace gateway::store::sqlite {

/// Text bound as BLOB.
struct Bytes {
    std::string_view view;
};

/// Text bound as NULL when it is empty.
struct Optional {
    std::string_view view;
};

/// One prepared statement, bound and stepped many times.
///
/// Owns:     the statement; bound texts are not copied and must outlive the steps.
/// Threads:  those of its connection: one at a time.
class Statement {
public:
    /// Errors: store_failed.
    [[nodiscard]] static base::Result<Statement> prepare(sqlite3* database, std::string_view sql);

    /// Binds every parameter in order.
    template <class... Values>
    void bind(const Values&... values)
    {
        int at = 0;
        (bind_one(++at, values), ...);
    }

    /// True: there is a row; false: done.
    /// Errors: store_failed; replayed and not_found as error_of says.
    [[nodiscard]] base::Result<bool> step();
    void reset() noexcept;

    [[nodiscard]] std::string text(int column) const;  ///< also of a BLOB; empty for NULL
    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] bool null(int column) const noexcept;

    [[nodiscard]] int columns() const noexcept;
    [[nodiscard]] bool is_integer(int column) const noexcept;
    /// As text(), not copied: until the next step.
    [[nodiscard]] std::string_view view(int column) const noexcept;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt* raw) noexcept : raw_(raw) {}

    void bind_one(int at, std::string_view text) noexcept;
    void bind_one(int at, Bytes bytes) noexcept;
    void bind_one(int at, Optional text) noexcept;
    void bind_one(int at, std::int64_t number) noexcept;
    void bind_one(int at, std::uint64_t number) noexcept;
    void bind_one(int at, std::uint32_t number) noexcept;

    std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

/// What the database's last failure is to us. A row that contradicts stored ones (unique) is
/// replayed, one that needs an absent row (foreign key) is not_found: the fault of one act. All
/// else is store_failed. Names tables and columns, never values.
[[nodiscard]] base::Error error_of(sqlite3* database);

}  // namespace gateway::store::sqlite
