#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::store {

/// The column `resources` of a served record, the same in both engines: a line
/// "<entry> <type>/<id>" for each, in the order of type and id.
///
/// An ADT brings forty resources under random ids. As rows under their ids they were most of what a
/// commit wrote, a page each; so the record is one row, and an inverted index that gathers its
/// changes (FTS5, GIN) finds it by the keys of its ids.
[[nodiscard]] std::string to_lines(const ServedRecord& record);

/// What the index finds an id by: its first letters and digits. The lines tell whether it is the
/// one.
[[nodiscard]] std::string key_of(std::string_view id);
/// The keys of all its resources, each once, with spaces between.
[[nodiscard]] std::string keys_of(const ServedRecord& record);
/// The same of a record that is kept, from its lines.
[[nodiscard]] std::string keys_of(std::string_view lines);

/// Appends those of `lines` that are of `type` and `id` (empty: any) to `found`; `where` is what
/// all resources of the record share.
void append(std::string_view lines, const Resource& where, std::string_view type,
            std::string_view id, std::vector<Resource>& found);

/// What `sql` finds `under` a person or a key, of `type` and `id` (empty: any). It gives person,
/// exchange, record, agreement, receiver, sender, updated and the lines, the newest record first.
template <class Database>
base::Result<std::vector<Resource>> found(Database& database, std::string_view sql,
                                          std::string_view under, std::string_view type,
                                          std::string_view id)
{
    const auto read = [](const auto& row) {
        Resource where{.type = {},
                       .id = {},
                       .person = row.text(0),
                       .exchange = row.text(1),
                       .record = static_cast<std::uint32_t>(row.integer(2)),
                       .agreement = row.text(3),
                       .receiver = row.text(4),
                       .sender = row.text(5),
                       .updated = {row.integer(6)}};
        return std::pair(std::move(where), row.text(7));
    };
    const auto records = database.all(sql, read, under);
    if (!records) {
        return base::Failure(records.error());
    }
    std::vector<Resource> all;
    for (const auto& [where, lines] : *records) {
        append(lines, where, type, id, all);
    }
    return all;
}

/// The newest of them; nothing when there is none.
[[nodiscard]] base::Result<std::optional<Resource>> newest(
    base::Result<std::vector<Resource>> versions);

}  // namespace gateway::store
