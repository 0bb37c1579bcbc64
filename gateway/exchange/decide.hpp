#pragma once

#include "gateway/agreements/book.hpp"
#include "gateway/exchange/assess.hpp"
#include "gateway/exchange/intake.hpp"

namespace gateway::exchange {

/// The agreement's decision, and what the request JWS claims of it: the version it names
/// (`agr.dig`) and whose record it is (`sub`, HMAC-SHA-256 of the CURP under the agreement's key,
/// base64url). Pure; the Decision points into `book`.
[[nodiscard]] agreements::Decision decide(const agreements::Book& book, std::string_view env,
                                          const Intake& intake,
                                          const base::Result<Assessment>& assessment);

/// `sub` for a CURP under an agreement's key (base64url); empty without a key.
[[nodiscard]] std::string subject_claim(std::string_view agreement_key, std::string_view curp);

}  // namespace gateway::exchange
