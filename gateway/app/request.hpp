#pragma once

#include <string>
#include <string_view>

#include "fhir_models/base/time.hpp"
#include "gateway/app/party.hpp"
#include "gateway/net/http.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {

/// What a sender states about every submission of one run.
struct Terms {
    std::string url;      ///< https://host:port of the gateway
    std::string gateway;  ///< its URN
    std::string receiver;
    std::string env;
    std::string agreement, version, digest;  ///< of the agreement document
    std::string purpose;
    std::string basis;
    std::string subject_key;  ///< the agreement's key of `sub`, or empty
};

/// The terms an agreement document gives a sender: version, digest, environment, the other party.
/// Errors: malformed_config with the member at fault.
[[nodiscard]] base::Result<Terms> terms_of(const std::string& agreement_bytes,
                                           std::string_view sender, std::string_view purpose);

/// The CURP a submission is about when it holds one record; empty for loads and unnamed people.
[[nodiscard]] std::string curp_of(const mapping::Translator& translator, std::string_view body);

/// A submission signed and ready to be posted to /exchanges.
struct SignedRequest {
    std::string jti;
    net::Headers headers;
    std::string body;
};

/// What changes from one request to the next.
struct RequestFacts {
    std::string curp;  ///< for `sub`; empty leaves it out
    std::string jti;   ///< empty: a new one; a retry of an earlier request keeps its own
};
[[nodiscard]] base::Result<SignedRequest> sign_request(const Party& party, const Terms& terms,
                                                       std::string body, base::Instant now,
                                                       RequestFacts facts = {});

}  // namespace gateway::app
