#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fhir_models/base/issue.hpp"
#include "fhir_models/base/time.hpp"

namespace gateway::exchange {

/// The HL7 ACK a message gets: AA when kept; AR when the same bytes may be sent again, or nobody
/// can take them (unreadable, unknown event, no route); AE when what it says was refused.
///
/// `message` may be its MSH segment alone. `id` names the exchange or the trace: MSH-10 of the
/// answer; `trace` stands in each ERR. In enhanced mode (MSH-15, MSH-16) CA, CE and CR take their
/// place when only storage was asked for, CR for an unknown event alone (HL7 v2.5.1, 2.9.2.2);
/// empty when the sender wants no answer.
[[nodiscard]] std::string acknowledgement(std::string_view message, const base::Issues& issues,
                                          base::Instant now, std::string_view id,
                                          std::string_view trace);

/// The answer to a batch: one MSA for each message, `findings` being those of each in turn.
[[nodiscard]] std::string batch_acknowledgement(std::string_view batch,
                                                std::span<const base::Issues> findings,
                                                base::Instant now, std::string_view id,
                                                std::string_view trace);

/// HL7 DTM in UTC: "20260315102030+0000".
[[nodiscard]] std::string to_dtm(base::Instant when);

/// MSH-10 of a message of ours: the id cut short, and which it is of many (from 1; 0: the only
/// one).
[[nodiscard]] std::string control_id_of(std::string_view id, std::size_t number = 0);

/// The MSH segment of a message, or what stands in its place.
[[nodiscard]] std::string_view head_of(std::string_view message) noexcept;

}  // namespace gateway::exchange
