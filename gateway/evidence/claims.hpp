#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/base/result.hpp"
#include "fhir_models/r4/node.hpp"

namespace gateway::evidence {

/// The claim sets of DESIGN §7, each defined here and nowhere else. Digests are
/// "sha-256:" + base64url without padding, times are whole seconds since 1970.
/// Errors of every from(): claim_mismatch, `where` = "request.jws htu".

inline constexpr std::string_view kRequestTyp = "exchange-request+jws";
inline constexpr std::string_view kReceiptTyp = "exchange-receipt+jws";
inline constexpr std::string_view kDeliveryTyp = "exchange-delivery+jws";
inline constexpr std::string_view kCompletionTyp = "exchange-completion+jws";
inline constexpr std::string_view kAgreementSignatureTyp = "agreement-signature+jws";

/// "sha-256:…" of bytes or of a digest.
[[nodiscard]] std::string digest_claim(std::string_view bytes);
[[nodiscard]] std::string digest_claim(const base::Digest& digest);

/// The agreement a claim set speaks of.
struct AgreementClaim {
    std::string id;
    std::string version;
    std::string digest;
};

/// Where in which ledger.
struct LogClaim {
    std::string origin;
    std::uint64_t index = 0;
};

/// What the sender asks for and answers for.
struct RequestClaims {
    std::string iss;               ///< sender URN
    std::vector<std::string> aud;  ///< gateway URN, receiver URN
    std::string jti;
    std::int64_t iat = 0;
    std::int64_t exp = 0;  ///< at most 300 s after iat
    std::string htm;
    std::string htu;  ///< "https://host:port/exchanges"
    std::string env;
    AgreementClaim agr;
    std::string pou;    ///< v3-ActReason
    std::string basis;  ///< "LB64-V"
    std::string sub;    ///< base64url HMAC of the CURP under the agreement's key; empty for loads
    std::string cty;
    std::uint64_t len = 0;
    std::string dig;

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<RequestClaims> from(const fhir::r4::Node& claims);
};

struct ClauseClaim {
    std::string clause;
    bool permits = false;
    std::string by = {};                    ///< of "basis": "consent" or the legal basis
    std::vector<std::string> removed = {};  ///< of "fields": what was taken out, FHIR paths
};

/// What the gateway did with it.
struct ReceiptClaims {
    std::string iss;  ///< gateway URN
    std::string aud;  ///< sender URN
    std::string jti;  ///< of the request
    std::int64_t iat = 0;
    std::string env;
    std::string exch;
    std::string evt;        ///< "accepted", "rejected", "filtered"
    std::string code;       ///< catalogue id when rejected
    bool nro = false;       ///< false: the sender did not sign; `transport` says what it showed
    std::string req;        ///< digest of the request JWS when nro
    std::string transport;  ///< hex thumbprint of its TLS certificate or "route:NAME" when not nro;
                            ///< "reprocess" when nobody sent it, see `prev`
    std::string in;         ///< digest of the bytes received
    std::string out;        ///< digest of the FHIR bytes as delivered; empty when rejected
    std::string map;        ///< "hl7.v2-to-fhir|1.0.0 ADT_A01"
    std::string plan;       ///< hex digest of all mapping packages
    AgreementClaim agr;     ///< empty id when none was found
    std::string receiver;
    std::string pou;
    std::vector<ClauseClaim> decision;
    std::string issues;    ///< digest of outcome.json
    std::string manifest;  ///< digest of records.ndjson
    std::string root;      ///< of a load: Merkle root (RFC 6962) over the lines of records.ndjson
    std::uint64_t records = 0;
    std::uint64_t refused = 0;
    std::uint64_t generic = 0;  ///< records with the generic CURP
    std::string strength;       ///< "institution" or "transport"
    std::string prev;           ///< translated anew: the exchange it comes after ("ID", "ID/row")
    std::string prev_rcpt;      ///< digest of that one's receipt JWS
    LogClaim log;
    std::vector<std::string> crl;  ///< digests of the revocation lists that signers were held to
    std::string checkpoint;        ///< the latest published signed note; empty before the first

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<ReceiptClaims> from(const fhir::r4::Node& claims);
};

/// What the receiver got.
struct DeliveryClaims {
    std::string iss;  ///< receiver URN
    std::string aud;  ///< gateway URN
    std::int64_t iat = 0;
    std::string jti;
    std::string rcpt;  ///< digest of the receipt JWS
    std::string got;   ///< digest of the bytes received
    std::string evt;   ///< "received" or "refused"
    std::string code;  ///< why refused

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<DeliveryClaims> from(const fhir::r4::Node& claims);
};

/// The end: all three, chained.
struct CompletionClaims {
    std::string iss;
    std::vector<std::string> aud;  ///< sender, receiver
    std::int64_t iat = 0;
    std::string exch;
    std::string req;           ///< digest of request.jws; empty when nro:false
    std::string rcpt;          ///< digest of receipt.jws
    bool nrr = false;          ///< the receiver countersigned
    std::string dlv;           ///< digest of delivery.jws when nrr
    std::string transport;     ///< hex thumbprint of the receiver's TLS certificate when not nrr
    std::uint64_t status = 0;  ///< its HTTP status when not nrr
    std::string answer;        ///< digest of its answer's body, or of its ACKs, when not nrr
    std::string sent;          ///< digest of the HL7 v2 handed over in the place of the FHIR
    LogClaim log;
    std::vector<std::string> crl;  ///< as in the receipt

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<CompletionClaims> from(const fhir::r4::Node& claims);
};

/// A party's word that an agreement's exact bytes are the agreement.
struct AgreementSignatureClaims {
    std::string iss;  ///< party URN
    std::int64_t iat = 0;
    std::string dig;  ///< digest of the agreement's bytes

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<AgreementSignatureClaims> from(const fhir::r4::Node& claims);
};

/// One leaf of the ledger: small JSON, no personal data. Empty members are left out.
struct LeafFields {
    std::uint64_t seq = 0;
    std::string t;     ///< RFC 3339 UTC
    std::string evt;   ///< "accepted", "rejected", "completed", "read", ...
    std::string exch;  ///< exchange id
    std::string req;   ///< digest of the request JWS
    std::string jws;   ///< digest of the receipt or completion JWS this leaf stands for
    std::string agr;   ///< "id|version"
    std::string pou;
    std::string iss;        ///< who acted
    std::string aud;        ///< for whom
    std::string aud_event;  ///< digest of the audit event when the leaf stands for a read

    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static base::Result<LeafFields> from(const fhir::r4::Node& leaf);
};

}  // namespace gateway::evidence
