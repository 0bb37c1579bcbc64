#include "gateway/store/postgres/copy.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace gateway::store::postgres {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

/// The server remembers every row of a statement until it has checked its foreign keys.
constexpr std::int64_t kStatement = 100'000;

// The manual's "COPY", binary format: signature, flags, length of the header's extension.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::int16_t kTrailer = -1;
constexpr std::int32_t kNull = -1;
constexpr std::int32_t kTextType = 25;  // its oid, the same in every server

}  // namespace

CopyRows::CopyRows(Connection& database, std::string_view table, std::string_view columns)
    : database_(database)
{
    sql_.append("copy ").append(table).append(" (").append(columns);
    sql_.append(") from stdin (format binary)");
}

template <class Number>
void CopyRows::put(Number number)
{
    char raw[sizeof number];
    for (std::size_t i = sizeof number; i-- > 0; number = static_cast<Number>(number >> 8)) {
        raw[i] = static_cast<char>(number & 0xff);
    }
    bytes_.append(raw, sizeof raw);
}

base::Result<void> CopyRows::begin()
{
    bytes_ = kHeader;
    return database_.begin_copy(sql_);
}

base::Result<void> CopyRows::row(std::int16_t columns)
{
    auto ready = base::Result<void>();
    if (open_ == kStatement) {
        ready = finish();
    } else if (bytes_.size() >= kPiece) {
        ready = database_.put_copy(bytes_);
        bytes_.clear();
    }
    if (ready && open_ == 0) {
        ready = begin();
    }
    ++open_;
    put(columns);
    return ready;
}

void CopyRows::add(std::int64_t number)
{
    put(static_cast<std::int32_t>(sizeof number));
    put(number);
}

void CopyRows::add(std::string_view bytes)
{
    put(static_cast<std::int32_t>(bytes.size()));
    bytes_.append(bytes);
}

void CopyRows::add_null()
{
    put(kNull);
}

void CopyRows::add_words(std::string_view joined)
{
    std::vector<std::string_view> words;
    std::size_t size = 0;
    while (!joined.empty()) {
        words.push_back(joined.substr(0, joined.find(' ')));
        size += sizeof(std::int32_t) + words.back().size();
        joined.remove_prefix(std::min(words.back().size() + 1, joined.size()));
    }
    const auto number = [](std::size_t n) { return static_cast<std::int32_t>(n); };
    const bool none = words.empty();
    put(number(size + (none ? 3 : 5) * sizeof(std::int32_t)));
    put(number(none ? 0 : 1));  // dimensions
    put(number(0));             // no nulls
    put(kTextType);
    if (!none) {
        put(number(words.size()));
        put(number(1));  // the first index
    }
    for (const auto word : words) {
        add(word);
    }
}

base::Result<void> CopyRows::finish()
{
    put(kTrailer);
    const auto put_all = database_.put_copy(bytes_);
    bytes_.clear();
    const auto taken = put_all ? database_.end_copy() : base::Failure(put_all.error());
    if (!taken) {
        return base::Failure(taken.error());
    }
    if (*taken != open_) {
        return base::fail(base::Errc::store_failed, "store, " + sql_,
                          {"todas las filas enviadas", "every row that was sent"});
    }
    rows_ += static_cast<std::uint64_t>(open_);
    open_ = 0;
    return {};
}

base::Result<std::uint64_t> CopyRows::end()
{
    if (const auto ended = open_ == 0 ? base::Result<void>() : finish(); !ended) {
        return base::Failure(ended.error());
    }
    return rows_;
}

}  // namespace gateway::store::postgres
