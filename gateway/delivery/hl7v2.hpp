#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/result.hpp"
#include "gateway/core/exchange.hpp"
#include "mapping/translate.hpp"

namespace gateway::delivery {

/// A message for a receiver that speaks nothing but HL7 v2.
struct V2Message {
    std::string control_id;  ///< MSH-10: the same each time it is tried
    std::string bytes;
};

/// The Bundle of a record as ORU where it reports results, MDM where it is of a document, else ADT.
/// Errors: as mapping::Translator::to_hl7v2; malformed_json.
[[nodiscard]] base::Result<V2Message> message_of(std::string_view bundle,
                                                 const core::Exchange& exchange,
                                                 std::uint32_t record,
                                                 const mapping::Translator& translator);

/// Whether an acknowledgement takes the message: AA or CA, of that control id.
/// Errors: partner_unreachable; `where` = "MSA", "MSA-1 AE", "MSA-2".
[[nodiscard]] base::Result<void> check_ack(std::string_view ack, std::string_view control_id);

}  // namespace gateway::delivery
