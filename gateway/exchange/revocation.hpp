#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/exchange.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/store/store.hpp"

namespace gateway::exchange {

/// The revocation lists that receipts and completions name by digest, kept once each.
[[nodiscard]] std::string list_owner(std::string_view digest_claim);
inline constexpr std::string_view kListDocument = "list.crl";

/// Adds to the documents of a tar the lists of these digests that are not among them yet, as
/// "certs/N.crl". Errors: store_failed.
[[nodiscard]] base::Result<void> add_lists(const std::vector<std::string>& digests,
                                           std::vector<core::Document>& documents,
                                           store::Store& store);

}  // namespace gateway::exchange
