#include "gateway/app/request.hpp"

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/national/subject.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "gateway/core/exchange.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/exchange/decide.hpp"
#include "gateway/exchange/request_check.hpp"
#include "mapping/translate.hpp"

namespace gateway::app {
namespace {

std::string_view media_type_of(std::string_view body)
{
    switch (mapping::detect(body, {}).value_or(mapping::Format::giis)) {
        case mapping::Format::hl7v2:
            return "application/hl7-v2";
        case mapping::Format::fhir_json:
            return "application/fhir+json";
        case mapping::Format::giis:
            break;
    }
    return "text/plain";
}

}  // namespace

base::Result<Terms> terms_of(const std::string& agreement_bytes, std::string_view sender,
                             std::string_view purpose)
{
    const auto document = fhir::r4::read_json(agreement_bytes);
    if (!document) {
        return base::Failure(document.error());
    }
    const auto& root = document->root();
    Terms terms{.env = std::string(root.text_of("env")),
                .agreement = std::string(root.text_of("id")),
                .version = std::string(root.text_of("version")),
                .digest = evidence::digest_claim(agreement_bytes),
                .purpose = std::string(purpose)};
    const auto* grants = root.find("grants");
    if (grants == nullptr) {
        return base::fail(base::Errc::malformed_config, "/grants",
                          {"lo que cada sentido permite", "what each direction permits"});
    }
    for (const auto& grant : *grants) {
        if (grant.text_of("from") == sender) {
            terms.receiver = grant.text_of("to");
            terms.basis = grant.text_of("legal_basis");
            return terms;
        }
    }
    return base::fail(base::Errc::wrong_direction, "/grants",
                      {"un sentido que empiece en esta institución",
                       "a direction that begins at this institution"});
}

std::string curp_of(const mapping::Translator& translator, std::string_view body)
{
    std::string curp;
    std::size_t records = 0;
    const auto read = translator.translate(body, {}, [&](mapping::Translation&& translation) {
        if (++records == 1 && !translation.refused()) {
            curp = fhir::national::subject_of(translation.bundle.root()).curp;
        }
    });
    return read && records == 1 ? curp : std::string{};
}

base::Result<SignedRequest> sign_request(const Party& party, const Terms& terms, std::string body,
                                         base::Instant now, RequestFacts facts)
{
    evidence::RequestClaims claims;
    claims.iss = party.urn;
    claims.aud = {terms.gateway, terms.receiver};
    claims.jti = facts.jti.empty() ? core::new_id(now) : std::move(facts.jti);
    claims.iat = base::to_seconds(now);
    claims.exp = claims.iat + exchange::kLongestLife;
    claims.htm = "POST";
    claims.htu = terms.url + "/exchanges";
    claims.env = terms.env;
    claims.agr = {terms.agreement, terms.version, terms.digest};
    claims.pou = terms.purpose;
    claims.basis = terms.basis;
    claims.sub = exchange::subject_claim(terms.subject_key, facts.curp);
    claims.cty = media_type_of(body);
    claims.len = body.size();
    const auto digest = base::sha256(body);
    claims.dig = evidence::digest_claim(digest);
    auto token = party.sign(evidence::kRequestTyp, claims.to_json());
    if (!token) {
        return base::Failure(token.error());
    }
    SignedRequest request;
    request.jti = claims.jti;
    request.headers = {{"content-type", claims.cty},
                       {"content-digest", exchange::content_digest(digest)},
                       {"exchange-request", *std::move(token)},
                       {"idempotency-key", claims.jti}};
    request.body = std::move(body);
    return request;
}

}  // namespace gateway::app
