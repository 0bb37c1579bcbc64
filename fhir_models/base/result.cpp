#include "fhir_models/base/result.hpp"

#include <algorithm>
#include <array>

namespace base {
namespace {

using enum Fault;

constexpr std::array kCatalogue{
    // clang-format off
    //        code                          id         issue type      http hl7  fault     retry  es / en
    ErrorInfo{Errc::malformed_source,       "PU-1001", "structure",    400, 100, sender,   false, "El mensaje no se puede leer",                          "The message cannot be read"},
    ErrorInfo{Errc::unsupported_format,     "PU-1002", "not-supported",415, 200, sender,   false, "Formato no admitido",                                  "Format not supported"},
    ErrorInfo{Errc::wrong_charset,          "PU-1003", "structure",    400, 102, sender,   false, "El juego de caracteres no es el declarado",            "The character set is not the declared one"},
    ErrorInfo{Errc::limit_exceeded,         "PU-1004", "too-long",     413, 207, sender,   false, "Se rebasa un límite",                                  "A limit is exceeded"},
    ErrorInfo{Errc::unknown_segment,        "PU-1005", "informational",422, 100, sender,   false, "Segmento desconocido",                                 "Unknown segment"},
    ErrorInfo{Errc::unknown_event,          "PU-1006", "not-supported",422, 201, sender,   false, "Tipo de mensaje o evento no admitido",                 "Message type or event not supported"},
    ErrorInfo{Errc::not_mapped,             "PU-1007", "informational",422, 207, sender,   false, "Dato sin regla de traducción",                         "No rule translates this datum"},
    ErrorInfo{Errc::wrong_column_count,     "PU-1008", "structure",    422, 100, sender,   false, "Número de columnas incorrecto",                        "Wrong number of columns"},
    ErrorInfo{Errc::malformed_value,        "PU-1009", "value",        422, 102, sender,   false, "El valor no tiene la forma debida",                    "The value does not have its due form"},
    ErrorInfo{Errc::unknown_code,           "PU-1010", "code-invalid", 422, 103, sender,   false, "Código fuera del catálogo",                            "Code outside its table"},
    ErrorInfo{Errc::empty_source,           "PU-1011", "required",     400, 100, sender,   false, "No hay contenido",                                     "There is no content"},
    ErrorInfo{Errc::malformed_json,         "PU-1012", "structure",    400, 102, sender,   false, "JSON mal formado",                                     "Malformed JSON"},
    ErrorInfo{Errc::malformed_package,      "PU-1013", "structure",    422, 207, gateway,  false, "Paquete de mapeo con errores",                         "Mapping package with faults"},
    ErrorInfo{Errc::misplaced_segment,      "PU-1014", "informational",422, 100, sender,   false, "Segmento fuera de su lugar",                           "Segment out of its place"},
    ErrorInfo{Errc::same_key_differs,       "PU-1015", "informational",422, 204, sender,   false, "Misma llave con otro contenido",                       "Same key with other content"},

    ErrorInfo{Errc::unknown_element,        "PU-2001", "structure",    422, 102, sender,   false, "Elemento que FHIR R4 no define",                       "Element that FHIR R4 does not define"},
    ErrorInfo{Errc::cardinality,            "PU-2002", "required",     422, 101, sender,   false, "Faltan o sobran repeticiones",                         "Too few or too many repetitions"},
    ErrorInfo{Errc::wrong_type,             "PU-2003", "structure",    422, 102, sender,   false, "Tipo JSON incorrecto",                                 "Wrong JSON type"},
    ErrorInfo{Errc::malformed_primitive,    "PU-2004", "value",        422, 102, sender,   false, "Valor primitivo mal formado",                          "Malformed primitive value"},
    ErrorInfo{Errc::code_not_in_value_set,  "PU-2005", "code-invalid", 422, 103, sender,   false, "Código fuera del conjunto obligatorio",                "Code outside the required value set"},
    ErrorInfo{Errc::unknown_resource,       "PU-2006", "not-supported",422, 200, sender,   false, "Tipo de recurso desconocido",                          "Unknown resource type"},
    ErrorInfo{Errc::broken_reference,       "PU-2007", "not-found",    422, 204, sender,   false, "Referencia que no resuelve",                           "Reference that does not resolve"},
    ErrorInfo{Errc::invariant,              "PU-2008", "invariant",    422, 207, sender,   false, "Invariante de FHIR incumplida",                        "FHIR invariant violated"},
    ErrorInfo{Errc::not_checked,            "PU-2009", "informational",200, 0,   gateway,  false, "Enlace no comprobado",                                 "Binding not checked"},
    ErrorInfo{Errc::profile_value,          "PU-2010", "value",        422, 102, sender,   false, "Valor distinto del que fija el perfil",                "Value other than the one the profile fixes"},

    ErrorInfo{Errc::invalid_identifier,     "PU-3001", "value",        422, 204, sender,   false, "Identificador mal formado",                            "Malformed identifier"},
    ErrorInfo{Errc::identity_contradiction, "PU-3002", "business-rule",422, 204, sender,   false, "La CURP contradice los datos de la persona",           "The CURP contradicts the person's data"},
    ErrorInfo{Errc::missing_minimum_data,   "PU-3003", "required",     422, 101, sender,   false, "Falta un dato mínimo de NOM-024",                      "A datum of the NOM-024 minimum dataset is missing"},
    ErrorInfo{Errc::rule_violated,          "PU-3004", "business-rule",422, 207, sender,   false, "Se incumple una regla oficial",                        "An official rule is violated"},
    ErrorInfo{Errc::generic_identifier,     "PU-3005", "informational",200, 0,   sender,   false, "CURP genérica: se conserva bajo otra llave",           "Generic CURP: kept under another key"},
    ErrorInfo{Errc::ration_exceeded,        "PU-3006", "business-rule",422, 207, sender,   false, "Se rebasa el porcentaje tolerado",                     "The tolerated share is exceeded"},
    ErrorInfo{Errc::check_digit,            "PU-3007", "value",        200, 204, sender,   false, "El dígito verificador no corresponde",                 "The check digit does not match"},

    ErrorInfo{Errc::no_agreement,           "PU-4001", "forbidden",    403, 207, sender,   false, "Ningún convenio lo permite",                           "No agreement permits it"},
    ErrorInfo{Errc::agreement_not_in_force, "PU-4002", "forbidden",    403, 207, sender,   false, "El convenio no está vigente",                          "The agreement is not in force"},
    ErrorInfo{Errc::purpose_not_agreed,     "PU-4003", "forbidden",    403, 207, sender,   false, "Finalidad fuera del convenio",                         "Purpose outside the agreement"},
    ErrorInfo{Errc::content_not_agreed,     "PU-4004", "forbidden",    403, 207, sender,   false, "Contenido fuera del convenio",                         "Content outside the agreement"},
    ErrorInfo{Errc::wrong_direction,        "PU-4005", "forbidden",    403, 207, sender,   false, "Sentido no previsto en el convenio",                   "Direction outside the agreement"},
    ErrorInfo{Errc::unknown_institution,    "PU-4006", "security",     401, 207, sender,   false, "El certificado no es de una institución inscrita",     "The certificate belongs to no enrolled institution"},
    ErrorInfo{Errc::purpose_missing,        "PU-4007", "forbidden",    403, 101, sender,   false, "Falta la finalidad o la justificación",                "Purpose or justification is missing"},
    ErrorInfo{Errc::not_found,              "PU-4008", "not-found",    404, 204, sender,   false, "No existe o no es visible para quien pregunta",        "It does not exist or the caller may not see it"},
    ErrorInfo{Errc::malformed_request,      "PU-4009", "structure",    400, 100, sender,   false, "Petición HTTP inadmisible",                            "Inadmissible HTTP request"},
    ErrorInfo{Errc::method_not_allowed,     "PU-4010", "not-supported",405, 207, sender,   false, "Método no admitido en esta ruta",                      "Method not allowed on this path"},
    ErrorInfo{Errc::unsupported_media_type, "PU-4011", "not-supported",415, 207, sender,   false, "Tipo de contenido no admitido",                        "Media type not supported"},
    ErrorInfo{Errc::body_too_large,         "PU-4012", "too-long",     413, 207, sender,   false, "Cuerpo demasiado grande",                              "Body too large"},
    ErrorInfo{Errc::not_permitted,          "PU-4013", "forbidden",    403, 207, sender,   false, "La función de quien llama no lo permite",              "The caller's role does not permit it"},
    ErrorInfo{Errc::no_route,               "PU-4014", "forbidden",    403, 207, sender,   false, "Ninguna ruta admite este mensaje",                     "No route admits this message"},
    ErrorInfo{Errc::unknown_parameter,      "PU-4015", "not-supported",400, 207, sender,   false, "Parámetro de búsqueda desconocido",                    "Unknown search parameter"},
    ErrorInfo{Errc::slow_request,           "PU-4016", "timeout",      408, 207, sender,   true,  "La petición no llegó a tiempo",                        "The request did not arrive in time"},
    ErrorInfo{Errc::no_legal_basis,         "PU-4017", "forbidden",    403, 207, sender,   false, "Sin consentimiento ni base legal",                     "Neither consent nor a legal basis"},
    ErrorInfo{Errc::signature_required,     "PU-4018", "forbidden",    403, 207, sender,   false, "El convenio exige la firma de quien envía",            "The agreement demands the sender's signature"},
    ErrorInfo{Errc::countersignature_required,"PU-4019","forbidden",   403, 207, receiver, false, "El convenio exige la contrafirma del destinatario",     "The agreement demands the receiver's countersignature"},
    ErrorInfo{Errc::agreement_revoked,      "PU-4020", "forbidden",    403, 207, sender,   false, "Una de las partes revocó o suspendió el convenio",      "A party revoked or suspended the agreement"},
    ErrorInfo{Errc::must_be_kept,           "PU-4021", "business-rule",409, 207, sender,   false, "Todavía debe conservarse",                              "It must still be kept"},

    ErrorInfo{Errc::malformed_jws,          "PU-5001", "security",     401, 207, sender,   false, "JWS mal formado o con cabecera inadmisible",           "Malformed JWS or inadmissible header"},
    ErrorInfo{Errc::bad_signature,          "PU-5002", "security",     401, 207, sender,   false, "La firma no verifica",                                 "The signature does not verify"},
    ErrorInfo{Errc::claim_mismatch,         "PU-5003", "security",     401, 207, sender,   false, "Una declaración del JWS no corresponde",               "A claim of the JWS does not match"},
    ErrorInfo{Errc::digest_mismatch,        "PU-5004", "security",     400, 207, sender,   false, "El resumen falta o no corresponde a los bytes",        "The digest is missing or does not match the bytes"},
    ErrorInfo{Errc::untrusted_certificate,  "PU-5005", "security",     401, 207, sender,   false, "Certificado no confiable",                             "Untrusted certificate"},
    ErrorInfo{Errc::replayed,               "PU-5006", "duplicate",    409, 205, sender,   false, "Identificador ya usado con otro contenido",            "Identifier already used with other content"},
    ErrorInfo{Errc::evidence_altered,       "PU-5007", "security",     422, 207, sender,   false, "La evidencia fue alterada",                            "The evidence was altered"},
    ErrorInfo{Errc::ledger_inconsistent,    "PU-5008", "security",     500, 207, gateway,  false, "La bitácora no es consistente",                        "The ledger is inconsistent"},
    ErrorInfo{Errc::unusable_key,           "PU-5009", "security",     500, 207, gateway,  false, "Llave o certificado inservible",                       "Unusable key or certificate"},

    ErrorInfo{Errc::store_failed,           "PU-9001", "transient",    503, 207, gateway,  true,  "El almacén no pudo guardar",                           "The store could not save"},
    ErrorInfo{Errc::overloaded,             "PU-9002", "throttled",    503, 207, gateway,  true,  "Demasiado trabajo en curso",                           "Too much work in flight"},
    ErrorInfo{Errc::internal,               "PU-9003", "exception",    500, 207, gateway,  true,  "Falla interna",                                        "Internal fault"},
    ErrorInfo{Errc::partner_unreachable,    "PU-9004", "transient",    503, 207, receiver, true,  "El destinatario no responde",                          "The receiver does not answer"},
    ErrorInfo{Errc::malformed_config,       "PU-9005", "structure",    500, 207, gateway,  false, "Configuración con errores",                            "Configuration with faults"},
    ErrorInfo{Errc::draining,               "PU-9006", "transient",    503, 207, gateway,  true,  "La pasarela se está deteniendo",                       "The gateway is draining"},
    ErrorInfo{Errc::wrong_usage,            "PU-9007", "structure",    400, 207, sender,   false, "Uso incorrecto de la orden",                           "Wrong usage of the command"},
    ErrorInfo{Errc::authority_silent,       "PU-9008", "transient",    503, 207, gateway,  true,  "Falta la palabra vigente de una autoridad",            "The present word of an authority is missing"},
    // clang-format on
};

}  // namespace

std::span<const ErrorInfo> catalogue() noexcept
{
    return kCatalogue;
}

const ErrorInfo& info(Errc code) noexcept
{
    const auto row = std::ranges::lower_bound(kCatalogue, code, {}, &ErrorInfo::code);
    return row != kCatalogue.end() && row->code == code ? *row : info(Errc::internal);
}

Text kind_of(std::string_view value)
{
    if (value.empty()) {
        return {"vacío", "empty"};
    }
    bool digits = true;
    bool letters = true;
    bool printable = true;
    for (const char byte : value) {
        const auto c = static_cast<unsigned char>(byte);
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c | 0x20U) >= 'a' && (c | 0x20U) <= 'z';
        digits = digits && digit;
        letters = letters && letter;
        printable = printable && c >= 0x20 && c != 0x7f;
    }
    const auto length = std::to_string(value.size());
    if (digits) {
        return {"dígitos, longitud " + length, "digits, length " + length};
    }
    if (letters) {
        return {"letras, longitud " + length, "letters, length " + length};
    }
    if (printable) {
        return {"texto, longitud " + length, "text, length " + length};
    }
    return {"bytes de control, longitud " + length, "control bytes, length " + length};
}

Failure fail(Errc code, std::string where, Text expected, Text found)
{
    return Failure(Error{code, std::move(where), std::move(expected), std::move(found)});
}

std::string to_line(const Error& error)
{
    const auto& row = info(error.code);
    std::string line{row.id};
    line.append(" ").append(row.en);
    if (!error.where.empty()) {
        line.append(" at ").append(error.where);
    }
    if (!error.expected.en.empty()) {
        line.append("; expected ").append(error.expected.en);
    }
    if (!error.found.en.empty()) {
        line.append("; found ").append(error.found.en);
    }
    return line;
}

}  // namespace base
