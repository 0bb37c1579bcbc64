#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/time.hpp"
#include "gateway/core/audit_event.hpp"

namespace gateway::exchange {

/// The accepted exchange whose kept bytes are translated anew.
struct Earlier {
    std::string exchange;
    std::uint32_t record = 0;  ///< one row of a load; 0: all of it
    std::string receipt;       ///< digest claim of its receipt
    bool signed_then = false;  ///< the bytes came under a request JWS
    core::AuditEvent asked;    ///< who has it translated anew, and why
};

/// One submission as it came through a door: who sent it, under what, and the bytes. What a request
/// JWS states is checked against this; what a legacy system cannot state, its route stated.
struct Intake {
    std::string listener;              ///< "exchanges", "hl7v2", "mllp", "folder"
    std::string address;               ///< of the peer, or the URN of the route
    std::string transport_thumbprint;  ///< hex SHA-256 of its TLS certificate, or empty
    std::string route;                 ///< name of the route that spoke for it, or empty
    std::string trace_id;

    std::string sender;            ///< institution URN
    std::string receiver;          ///< institution URN
    std::string agreement;         ///< id
    std::string purpose;           ///< v3-ActReason
    std::string jti;               ///< the sender's id of this request
    std::string request_jws;       ///< verified; empty when the sender cannot sign
    std::string signer;            ///< `x5t#S256` of the request JWS, or empty
    std::string agreement_digest;  ///< as the request JWS claims it, or empty
    std::string subject;           ///< `sub` of the request JWS, or empty
    std::string basis = {};        ///< `basis` of the request JWS, or empty

    std::string media_type;
    std::string profile;
    std::string zone;
    std::string undeclared_charset;
    std::string bytes;
    base::Digest digest{};  ///< SHA-256 of the bytes
    base::Instant received;
    std::optional<Earlier> earlier = {};  ///< nobody sent it: it was kept
};

/// What a repeated `jti` must match to be the same request: agreement, purpose, media type and
/// bytes (a retry may be signed anew), hex.
[[nodiscard]] std::string request_key(const Intake& intake);

}  // namespace gateway::exchange
