#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/postgres/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::postgres {

/// The person index and where the readable resources stand.
///
/// send() puts a row into the open pipeline.
[[nodiscard]] base::Result<void> send(Connection& database, const PersonLink& link);
[[nodiscard]] base::Result<void> send(Connection& database, const ServedRecord& record);

[[nodiscard]] base::Result<std::optional<std::string>> find_person(Connection& database,
                                                                   std::string_view system,
                                                                   std::string_view value);
[[nodiscard]] base::Result<std::vector<Resource>> resources_of(Connection& database,
                                                               std::string_view person,
                                                               std::string_view type);
[[nodiscard]] base::Result<std::vector<Resource>> versions_of(Connection& database,
                                                              std::string_view type,
                                                              std::string_view id);
[[nodiscard]] base::Result<std::optional<Resource>> newest_version(Connection& database,
                                                                   std::string_view type,
                                                                   std::string_view id);

}  // namespace gateway::store::postgres
