#pragma once

#include <cstdint>
#include <string>

#include "gateway/exchange/draft.hpp"

namespace gateway::exchange {

/// What the drafts of single records and of loads are made of.

[[nodiscard]] core::Exchange new_exchange(const Intake& intake,
                                          const agreements::Decision& decision);
void name_agreement(core::Exchange& exchange, const agreements::Decision& decision);
[[nodiscard]] evidence::ReceiptClaims claims_of(const Intake& intake,
                                                const core::Exchange& exchange,
                                                const agreements::Decision& decision,
                                                const Self& self);
[[nodiscard]] core::AuditEvent audit_of(const Intake& intake, const Draft& draft,
                                        std::string person);
/// "accepted", or "filtered" when the agreement took something out.
[[nodiscard]] std::string accepted_event(const evidence::ReceiptClaims& claims);
void add_document(Draft& draft, std::string name, std::string bytes);

/// Links the record's person and its served resources, `line` in the FHIR payload. The row of a
/// person who is already known is kept. Gives the person; empty when nothing names it.
[[nodiscard]] base::Result<std::string> index_person(const RecordOutcome& record,
                                                     std::uint32_t line,
                                                     const core::Exchange& exchange,
                                                     const Self& self, store::Store& store,
                                                     store::Rows& rows);

}  // namespace gateway::exchange
