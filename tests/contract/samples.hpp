#pragma once

#include <string>
#include <string_view>

#include "gateway/store/store.hpp"

namespace contract {

inline constexpr std::string_view kSender = "urn:puente:institution:hgz-1";
inline constexpr std::string_view kReceiver = "urn:puente:institution:hgz-2";

/// An accepted exchange with every column filled; `id` names it.
[[nodiscard]] gateway::core::Exchange exchange(const std::string& id);
/// The rows of one exchange and nothing else.
[[nodiscard]] gateway::store::Rows rows_of(const std::string& id);
/// An item due at `due` for `partner` about `person`.
[[nodiscard]] gateway::store::OutboxItem item(const std::string& exchange,
                                              const std::string& partner, const std::string& person,
                                              std::int64_t due = 0);
[[nodiscard]] gateway::core::AuditEvent audit_event(const std::string& id);

/// Everything that two exchanges can differ in, as text.
[[nodiscard]] std::string to_text(const gateway::core::Exchange& exchange);

}  // namespace contract
