#pragma once

#include <string>
#include <string_view>

#include "fhir_models/r4/node.hpp"

namespace gateway::exchange {

/// Whether resources of this type are read through /fhir. Envelopes and the gateway's own types are
/// not.
[[nodiscard]] bool is_served(std::string_view type) noexcept;

/// What its author called an entry's resource: the id, else the UUID of a urn:uuid fullUrl; empty
/// when it has neither. A view into the tree.
[[nodiscard]] std::string_view entry_id(const fhir::r4::Node& entry) noexcept;

/// The id a resource is read by: its author's when that is a UUID, which is unique by its making;
/// else a UUIDv5 of sender, type and id, since "patient-1" of two senders is two people. Empty for
/// an empty id.
[[nodiscard]] std::string served_id(std::string_view sender, std::string_view type,
                                    std::string_view id);

}  // namespace gateway::exchange
