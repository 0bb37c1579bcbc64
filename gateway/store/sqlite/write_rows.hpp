#pragma once

#include "fhir_models/base/result.hpp"
#include "gateway/store/sqlite/connection.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store::sqlite {

/// All the rows, those that others point to first. In a transaction of the caller's. Errors:
/// store_failed.
[[nodiscard]] base::Result<void> write_rows(Connection& database, const Rows& rows);

}  // namespace gateway::store::sqlite
