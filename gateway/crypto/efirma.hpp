#pragma once

#include <string>

#include "fhir_models/base/result.hpp"
#include "gateway/crypto/certificate.hpp"

namespace gateway::crypto {

/// Whom an e.firma certificate of the SAT names: the taxpayer, and for a legal person also the one
/// who may sign for it. Holds personal data: never logged.
///
/// Shape:   subject x500UniqueIdentifier "RFC" or "RFC / RFC of the representative",
///          subject serialNumber "CURP" or " / CURP of the representative";
///          `number` is the certificate's serial: 20 digits, written as ASCII.
/// Source:  Ley de Firma Electrónica Avanzada, art. 17; layout as SAT issues it.
struct Efirma {
    std::string rfc;                 ///< 13 characters of a person, 12 of a legal person
    std::string representative_rfc;  ///< empty for a person
    std::string curp;                ///< of the person who holds the key
    std::string number;
};

/// Errors: untrusted_certificate, `where` = "certificate.subject.x500UniqueIdentifier", ...; a CSD
/// (Certificado de Sello Digital), which seals invoices and binds nobody, is refused at
/// "certificate.subject.OU" or "certificate.extendedKeyUsage". Whether the chain holds is
/// TrustAnchors' question.
[[nodiscard]] base::Result<Efirma> read_efirma(const Certificate& certificate);

}  // namespace gateway::crypto
