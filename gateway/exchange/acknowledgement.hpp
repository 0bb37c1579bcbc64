#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/base/time.hpp"

namespace gateway::exchange {

/// The HL7 ACK a message gets: AA when kept; AR when the same bytes may be sent again, or nobody
/// can take them (unreadable, unknown event, no route); AE when what it says was refused.
///
/// `message` may be its MSH segment alone. `id` names the exchange or the trace: MSH-10 of the
/// answer; `trace` stands in each ERR.
[[nodiscard]] std::string acknowledgement(std::string_view message, const base::Issues& issues,
                                          base::Instant now, std::string_view id,
                                          std::string_view trace);

/// The MSH segment of a message, or what stands in its place.
[[nodiscard]] std::string_view head_of(std::string_view message) noexcept;

}  // namespace gateway::exchange
