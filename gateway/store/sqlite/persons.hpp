#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/sqlite/exchanges.hpp"

namespace gateway::store::sqlite {

/// The person index and where the readable resources stand.
///
/// Errors: store_failed; not_found as error_of says.
[[nodiscard]] base::Result<void> add(Connection& database, const PersonLink& link);
[[nodiscard]] base::Result<void> add(Connection& database, Keys& keys, const ServedRecord& record);

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

}  // namespace gateway::store::sqlite
