#include "gateway/store/served.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

namespace gateway::store {
namespace {

/// Of a UUID: 48 bits. Longer keys make a larger index, shorter ones more lines to look through.
constexpr std::size_t kKey = 12;

bool is_kept(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string to_lines(const ServedRecord& record)
{
    std::vector<const ServedResource*> sorted;
    sorted.reserve(record.resources.size());
    for (const auto& resource : record.resources) {
        sorted.push_back(&resource);
    }
    std::ranges::sort(sorted, {}, [](const auto* resource) {
        return std::tie(resource->type, resource->id, resource->entry);
    });
    std::string lines;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const auto& one = *sorted[i];
        if (i + 1 < sorted.size() && sorted[i + 1]->type == one.type &&
            sorted[i + 1]->id == one.id) {
            continue;
        }
        lines.append(std::to_string(one.entry)).append(" ").append(one.type).append("/");
        lines.append(one.id).append("\n");
    }
    return lines;
}

std::string key_of(std::string_view id)
{
    std::string key;
    for (const char c : id) {
        if (is_kept(c) && key.size() < kKey) {
            key.push_back(c);
        }
    }
    return key.empty() ? "0" : key;
}

std::string keys_of(const ServedRecord& record)
{
    std::set<std::string> keys;
    for (const auto& resource : record.resources) {
        keys.insert(key_of(resource.id));
    }
    std::string joined;
    for (const auto& key : keys) {
        joined.append(joined.empty() ? "" : " ").append(key);
    }
    return joined;
}

std::string keys_of(std::string_view lines)
{
    std::vector<Resource> resources;
    append(lines, {}, {}, {}, resources);
    ServedRecord record;
    for (const auto& resource : resources) {
        record.resources.push_back({resource.type, resource.id, resource.entry});
    }
    return keys_of(record);
}

void append(std::string_view lines, const Resource& where, std::string_view type,
            std::string_view id, std::vector<Resource>& found)
{
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        const auto space = line.find(' ');
        const auto slash = line.find('/');
        if (space == std::string_view::npos || slash == std::string_view::npos) {
            continue;
        }
        const auto its_type = line.substr(space + 1, slash - space - 1);
        const auto its_id = line.substr(slash + 1);
        if ((!type.empty() && its_type != type) || (!id.empty() && its_id != id)) {
            continue;
        }
        auto& one = found.emplace_back(where);
        one.type = its_type;
        one.id = its_id;
        std::from_chars(line.data(), line.data() + space, one.entry);
    }
}

base::Result<std::optional<Resource>> newest(base::Result<std::vector<Resource>> versions)
{
    if (!versions) {
        return base::Failure(versions.error());
    }
    const auto order = [](const Resource& one) {
        return std::tie(one.updated, one.exchange, one.record);
    };
    const auto last = std::ranges::max_element(*versions, {}, order);
    return last == versions->end() ? std::optional<Resource>() : std::move(*last);
}

}  // namespace gateway::store
