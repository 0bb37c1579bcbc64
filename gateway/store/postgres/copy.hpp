#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/store/postgres/connection.hpp"

namespace gateway::store::postgres {

/// Rows on their way into one table, in the binary form of COPY; a few ten thousand bytes are held.
///
/// Threads:  those of its connection, which does nothing else between the first row and end().
/// Errors:   as Connection; after one the transaction can only be rolled back.
class CopyRows {
public:
    CopyRows(Connection& database, std::string_view table, std::string_view columns);

    /// Begins a row of `columns` values; they follow in their order.
    [[nodiscard]] base::Result<void> row(std::int16_t columns);
    void add(std::int64_t number);
    void add(std::string_view bytes);  ///< text, bytea, or another type in its binary form
    void add_null();
    /// A text[] of the words between the spaces of `joined`.
    void add_words(std::string_view joined);

    /// The number of rows the server took. Errors: store_failed also when it is not those sent.
    [[nodiscard]] base::Result<std::uint64_t> end();

private:
    [[nodiscard]] base::Result<void> begin();
    [[nodiscard]] base::Result<void> finish();
    template <class Number>
    void put(Number number);

    Connection& database_;
    std::string sql_;
    std::string bytes_;
    std::uint64_t rows_ = 0;
    std::int64_t open_ = 0;  ///< rows of the statement that is open
};

}  // namespace gateway::store::postgres
