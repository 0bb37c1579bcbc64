#pragma once

#include "gateway/agreements/fields.hpp"

namespace gateway::agreements::forms {

extern const Form kFormat;    ///< "puente.agreement/1"
extern const Form kName;      ///< id and version: they name files and claims
extern const Form kSentence;  ///< anything a person wrote, not empty
extern const Form kWorld;     ///< test, production
extern const Form kUrn;
extern const Form kRfc;
extern const Form kClues;
extern const Form kThumbprint;  ///< base64url SHA-256
extern const Form kDigest;      ///< "sha-256:" + base64url
extern const Form kPurpose;     ///< HL7 v3-ActReason, value set PurposeOfUse
extern const Form kResource;    ///< a FHIR R4 resource type
extern const Form kLegalBasis;  ///< LGPDPPSO 16 and 64, by fraction
extern const Form kElement;     ///< an element of FHIR R4, as an inventory names it
extern const Form kOutside;     ///< filter, refuse
extern const Form kInstant;
extern const Form kChannel;
extern const Form kAtEnd;

}  // namespace gateway::agreements::forms
