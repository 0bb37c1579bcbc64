#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace base {

/// The stable codes of everything that can be refused or found. The rows are in result.cpp.
///
/// 1xxx what a source's bytes look like   2xxx FHIR R4            3xxx identity and national rules
/// 4xxx agreements, access and HTTP       5xxx evidence and keys  9xxx the gateway itself
enum class Errc : std::uint16_t {
    malformed_source = 1001,
    unsupported_format = 1002,
    wrong_charset = 1003,
    limit_exceeded = 1004,
    unknown_segment = 1005,
    unknown_event = 1006,
    not_mapped = 1007,
    wrong_column_count = 1008,
    malformed_value = 1009,
    unknown_code = 1010,
    empty_source = 1011,
    malformed_json = 1012,
    malformed_package = 1013,
    misplaced_segment = 1014,
    same_key_differs = 1015,

    unknown_element = 2001,
    cardinality = 2002,
    wrong_type = 2003,
    malformed_primitive = 2004,
    code_not_in_value_set = 2005,
    unknown_resource = 2006,
    broken_reference = 2007,
    invariant = 2008,
    not_checked = 2009,
    profile_value = 2010,

    invalid_identifier = 3001,
    identity_contradiction = 3002,
    missing_minimum_data = 3003,
    rule_violated = 3004,
    generic_identifier = 3005,
    ration_exceeded = 3006,
    check_digit = 3007,

    no_agreement = 4001,
    agreement_not_in_force = 4002,
    purpose_not_agreed = 4003,
    content_not_agreed = 4004,
    wrong_direction = 4005,
    unknown_institution = 4006,
    purpose_missing = 4007,
    not_found = 4008,
    malformed_request = 4009,
    method_not_allowed = 4010,
    unsupported_media_type = 4011,
    body_too_large = 4012,
    not_permitted = 4013,
    no_route = 4014,
    unknown_parameter = 4015,
    slow_request = 4016,
    no_legal_basis = 4017,
    signature_required = 4018,
    countersignature_required = 4019,
    agreement_revoked = 4020,
    must_be_kept = 4021,

    malformed_jws = 5001,
    bad_signature = 5002,
    claim_mismatch = 5003,
    digest_mismatch = 5004,
    untrusted_certificate = 5005,
    replayed = 5006,
    evidence_altered = 5007,
    ledger_inconsistent = 5008,
    unusable_key = 5009,

    store_failed = 9001,
    overloaded = 9002,
    internal = 9003,
    partner_unreachable = 9004,
    malformed_config = 9005,
    draining = 9006,
    wrong_usage = 9007,
    authority_silent = 9008,
};

/// The same sentence in the two languages of every answer. Never holds a value of a person.
struct Text {
    std::string es;
    std::string en;

    friend bool operator==(const Text&, const Text&) = default;
};

/// Who has to act before the same thing can succeed.
enum class Fault : std::uint8_t { sender, receiver, gateway };

/// One row of the catalogue: everything that follows from a code. The answers, the receipts, the
/// logs, the retry loop and the manual read this row and nothing else.
struct ErrorInfo {
    Errc code;
    std::string_view id;          ///< "PU-1001": what people and scripts quote
    std::string_view issue_type;  ///< FHIR IssueType
    std::uint16_t http;           ///< HTTP status when this is why a request was refused
    std::uint16_t hl7;            ///< HL7 table 0357 (ERR-3)
    Fault fault;
    bool retry;  ///< the same bytes may succeed later
    std::string_view es;
    std::string_view en;
};

[[nodiscard]] const ErrorInfo& info(Errc code) noexcept;
[[nodiscard]] std::span<const ErrorInfo> catalogue() noexcept;

/// What a piece of text looks like without telling it: "letters, length 17".
[[nodiscard]] Text kind_of(std::string_view value);

/// The operation could not be done. Names a place, never a value.
struct Error {
    Errc code = Errc::internal;
    std::string
        where;  ///< place in the standard's own notation: "PID-3.1 @byte 214", "Patient.birthDate"
    Text expected;  ///< what would have been right
    Text found;     ///< its kind (see kind_of), or empty
};

template <class T>
using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

[[nodiscard]] Failure fail(Errc code, std::string where, Text expected, Text found = {});

/// "PU-3002 Patient.birthDate: expected ..." on one line, for terminals and logs.
[[nodiscard]] std::string to_line(const Error& error);

}  // namespace base
