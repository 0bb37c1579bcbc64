#include "gateway/agreements/forms.hpp"

#include <algorithm>
#include <array>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/time.hpp"
#include "fhir_models/national/clues.hpp"
#include "fhir_models/national/rfc.hpp"
#include "fhir_models/r4/schema.hpp"
#include "gateway/agreements/inventory.hpp"

namespace gateway::agreements::forms {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view text)
{
    return std::ranges::find(words, text) != words.end();
}

/// HL7 v3-ActReason, the codes of value set PurposeOfUse.
constexpr std::array<std::string_view, 31> kPurposes{
    "PurposeOfUse", "HMARKT",   "HOPERAT", "CAREMGT", "DONAT",   "FRAUD",    "GOV",      "HACCRED",
    "HCOMPL",       "HDECD",    "HDIRECT", "HDM",     "HLEGAL",  "HOUTCOMS", "HPRGRP",   "HQUALIMP",
    "HSYSADMIN",    "LABELING", "TREAT",   "ETREAT",  "BTG",     "COC",      "CLINTRCH", "HPAYMT",
    "HRESCH",       "PATRQT",   "FAMRQT",  "PWATRNY", "PUBHLTH", "DISASTER", "POPHLTH"};

/// LGPDPPSO (DOF 20-03-2025) article 16, I to X, and article 64, I to IX.
constexpr std::array<std::string_view, 19> kLegalBases{
    "LB16-I",    "LB16-II", "LB16-III", "LB16-IV",   "LB16-V",  "LB16-VI",  "LB16-VII",
    "LB16-VIII", "LB16-IX", "LB16-X",   "LB64-I",    "LB64-II", "LB64-III", "LB64-IV",
    "LB64-V",    "LB64-VI", "LB64-VII", "LB64-VIII", "LB64-IX"};

constexpr std::array<std::string_view, 2> kWorlds{"test", "production"};
constexpr std::array<std::string_view, 5> kChannels{"exchanges", "hl7v2", "mllp", "fhir", "folder"};
constexpr std::array<std::string_view, 3> kEnds{"return", "destroy", "keep"};

/// Safe as a file name and as a claim.
bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= 100 && text.front() != '.' &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

bool is_sha256(std::string_view base64url)
{
    const auto bytes = base::from_base64url(base64url);
    return bytes && bytes->size() == base::Digest{}.size();
}

bool is_digest(std::string_view text)
{
    constexpr std::string_view kPrefix = "sha-256:";
    return text.starts_with(kPrefix) && is_sha256(text.substr(kPrefix.size()));
}

}  // namespace

// clang-format off
const Form kFormat{[](std::string_view text) { return text == "puente.agreement/1"; }, "puente.agreement/1", "puente.agreement/1"};
const Form kName{is_name, "letras, dígitos, punto, guion; hasta 100", "letters, digits, dot, hyphen; up to 100"};
const Form kSentence{[](std::string_view text) { return !text.empty(); }, "texto no vacío", "text that is not empty"};
const Form kWorld{[](std::string_view text) { return is_one_of(kWorlds, text); }, "test o production", "test or production"};
const Form kUrn{[](std::string_view text) { return text.size() > 4 && text.starts_with("urn:"); }, "un URN: urn:puente:institution:…", "a URN: urn:puente:institution:…"};
const Form kRfc{[](std::string_view text) { return fhir::national::Rfc::parse(text).has_value(); }, "un RFC de 12 o 13 caracteres", "an RFC of 12 or 13 characters"};
const Form kClues{[](std::string_view text) { return fhir::national::Clues::parse(text).has_value(); }, "una CLUES de 11 caracteres", "a CLUES of 11 characters"};
const Form kThumbprint{is_sha256, "x5t#S256: SHA-256 en base64url", "x5t#S256: SHA-256 in base64url"};
const Form kDigest{is_digest, "sha-256: y 43 caracteres base64url", "sha-256: and 43 base64url characters"};
const Form kPurpose{[](std::string_view text) { return is_one_of(kPurposes, text); }, "una finalidad de v3-ActReason (TREAT, ETREAT, PUBHLTH, …)", "a purpose of v3-ActReason (TREAT, ETREAT, PUBHLTH, …)"};
const Form kResource{[](std::string_view text) { return fhir::r4::find_resource(text) != nullptr; }, "un tipo de recurso de FHIR R4", "a FHIR R4 resource type"};
const Form kLegalBasis{[](std::string_view text) { return is_one_of(kLegalBases, text); }, "una fracción: LB16-I…X, LB64-I…IX", "a fraction: LB16-I…X, LB64-I…IX"};
const Form kElement{is_element, "un elemento de FHIR R4: Patient.name", "an element of FHIR R4: Patient.name"};
const Form kOutside{[](std::string_view text) { return text == "filter" || text == "refuse"; }, "filter o refuse", "filter or refuse"};
const Form kInstant{[](std::string_view text) { return base::from_rfc3339(text).has_value(); }, "fecha y hora RFC 3339", "an RFC 3339 date and time"};
const Form kChannel{[](std::string_view text) { return is_one_of(kChannels, text); }, "exchanges, hl7v2, mllp, fhir o folder", "exchanges, hl7v2, mllp, fhir or folder"};
const Form kAtEnd{[](std::string_view text) { return is_one_of(kEnds, text); }, "return, destroy o keep", "return, destroy or keep"};
// clang-format on

}  // namespace gateway::agreements::forms
