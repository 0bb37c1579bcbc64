#pragma once

#include <cstdint>
#include <string_view>

#include "fhir_models/r4/node.hpp"

namespace fhir::national {

/// Identifier.system of the national identifiers. CURP, RFC, CLUES and cedula are registered OIDs;
/// for NSS and the row key none exists, the names below are this project's, provisional.
inline constexpr std::string_view kCurpSystem = "urn:oid:2.16.840.1.113883.4.629";
inline constexpr std::string_view kRfcSystem = "urn:oid:2.16.840.1.113883.4.630";
inline constexpr std::string_view kCluesSystem = "urn:oid:2.16.840.1.113883.4.631";
inline constexpr std::string_view kCedulaSystem = "urn:oid:2.16.840.1.113883.3.215.12.18";
inline constexpr std::string_view kNssSystem = "https://puente.mx/fhir/NamingSystem/nss";
inline constexpr std::string_view kRowKeySystem =
    "https://puente.mx/fhir/NamingSystem/llave-renglon";

/// Extensions of this project that the checks read.
inline constexpr std::string_view kSexoCurp =
    "https://puente.mx/fhir/StructureDefinition/sexo-curp";  ///< on Patient, valueCode H, M or X
inline constexpr std::string_view kEntidad =
    "https://puente.mx/fhir/StructureDefinition/entidad-inegi";  ///< on Address, valueCode
inline constexpr std::string_view kBirthPlace =
    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
inline constexpr std::string_view kDataAbsentReason =
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

enum class IdentifierKind : std::uint8_t { curp, rfc, clues, cedula, nss, row_key, local };

/// What an Identifier is, by its system and else by its type code (HL7 table 0203: NNMEX is the
/// Mexican person number, SS the social security number; CURP and NSS as feeds write them).
/// Everything else is `local`: a number some institution gave, the FOLIO of NOM-024.
[[nodiscard]] IdentifierKind kind_of(const r4::Node& identifier) noexcept;

/// The extension `url` of an element; nullptr when there is none.
[[nodiscard]] const r4::Node* extension(const r4::Node& element, std::string_view url) noexcept;

/// True when the primitive `name` of `element` says why it has no value (data-absent-reason).
[[nodiscard]] bool is_declared_absent(const r4::Node& element, std::string_view name);

/// The value when it is none, CURP absent-with-reason or the generic text: "this person has no
/// CURP".
[[nodiscard]] bool is_generic_curp(const r4::Node& identifier);

}  // namespace fhir::national
