#pragma once

#include <set>
#include <string>
#include <string_view>

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/intake.hpp"

namespace gateway::exchange {

/// The agreement's decision, and what the request JWS claims of it: the version it names
/// (`agr.dig`) and whose record it is (`sub`, HMAC-SHA-256 of the CURP under the agreement's key,
/// base64url). Pure; the Decision points into `book`.
[[nodiscard]] agreements::Decision decide(const agreements::Book& book, std::string_view env,
                                          const Intake& intake,
                                          const base::Result<Assessment>& assessment,
                                          bool consented = false);

/// The last clause, "fields": every Bundle against the grant's field inventory for the purpose.
/// What it does not list is taken out of `assessment.fhir`, or denies, as the agreement says. Also
/// denied: what would change its meaning or be no valid R4 without what was taken out.
void judge_fields(agreements::Decision& decision, std::string_view purpose,
                  base::Result<Assessment>& assessment);

/// The same for one Bundle; the paths taken out are added to `removed`.
/// Errors: content_not_agreed with the place of the first element at fault.
[[nodiscard]] base::Result<std::string> filter_bundle(std::string_view fhir,
                                                      const agreements::Inventory& inventory,
                                                      std::set<std::string>& removed);

/// `sub` for a CURP under an agreement's key (base64url); empty without a key.
[[nodiscard]] std::string subject_claim(std::string_view agreement_key, std::string_view curp);

}  // namespace gateway::exchange
