#pragma once

#include <string>

#include "gateway/agreements/agreement.hpp"

namespace sample {

inline constexpr const char* kNorte = "urn:puente:institution:hospital-norte";
inline constexpr const char* kSur = "urn:puente:institution:hospital-sur";

/// A valid document between the two hospitals of the test PKI, in force all of 2026.
[[nodiscard]] std::string document(const std::string& id = "convenio-norte-sur",
                                   const std::string& version = "1");

/// `text` with the first `from` replaced; throws when it is not there.
[[nodiscard]] std::string replaced(std::string text, const std::string& from,
                                   const std::string& to);

/// A signature of the institution "hospital-norte" or "hospital-sur" at support::kNow.
[[nodiscard]] std::string signature_of(const std::string& name, const std::string& bytes);
[[nodiscard]] std::string certificate_of(const std::string& name);

/// The document read and signed by both.
[[nodiscard]] gateway::agreements::Agreement agreement(const std::string& bytes);

}  // namespace sample
