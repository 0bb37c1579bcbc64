#include "gateway/exchange/request_check.hpp"

#include <algorithm>

#include "fhir_models/base/text.hpp"
#include "gateway/crypto/jws.hpp"

namespace gateway::exchange {
namespace {

using base::Errc;

base::Failure mismatch(std::string_view claim, std::string_view es, std::string_view en)
{
    return base::fail(Errc::claim_mismatch, "request.jws " + std::string(claim),
                      {std::string(es), std::string(en)});
}

base::Result<void> check_times(const evidence::RequestClaims& claims, base::Instant now)
{
    const auto seconds = base::to_seconds(now);
    if (claims.exp <= claims.iat || claims.exp - claims.iat > kLongestLife) {
        return mismatch("exp", "a lo más 300 s después de iat", "at most 300 s after iat");
    }
    if (claims.iat > seconds + kClockSkew) {
        return mismatch("iat", "un momento que no sea futuro",
                        "a moment that is not in the future");
    }
    if (claims.exp < seconds - kClockSkew) {
        return mismatch("exp", "una petición vigente", "a request that has not expired");
    }
    return {};
}

/// "https://host:port/exchanges" names the path that was called.
bool names_path(std::string_view htu, std::string_view path)
{
    constexpr std::string_view kScheme = "https://";
    if (!htu.starts_with(kScheme)) {
        return false;
    }
    const auto slash = htu.find('/', kScheme.size());
    return slash != std::string_view::npos && htu.substr(slash) == path;
}

base::Result<void> check_place(const evidence::RequestClaims& claims, const RequestContext& context)
{
    if (std::ranges::find(claims.aud, context.gateway) == claims.aud.end()) {
        return mismatch("aud", "el nombre de esta pasarela", "this gateway's name");
    }
    if (claims.htm != context.method) {
        return mismatch("htm", "el método de la petición", "the request's method");
    }
    if (!names_path(claims.htu, context.path)) {
        return mismatch("htu", "el URL https de esta ruta", "the https URL of this path");
    }
    if (claims.env != context.env) {
        return mismatch("env", "el ambiente de esta pasarela", "this gateway's environment");
    }
    return {};
}

base::Result<void> check_content(const evidence::RequestClaims& claims, const Intake& intake)
{
    if (claims.iss != intake.sender) {
        return mismatch("iss", "la institución del certificado TLS",
                        "the institution of the TLS certificate");
    }
    if (!base::equals_ignoring_case(claims.cty, intake.media_type)) {
        return mismatch("cty", "el Content-Type de la petición", "the request's Content-Type");
    }
    if (claims.len != intake.bytes.size()) {
        return base::fail(
            Errc::digest_mismatch, "request.jws len",
            {"la longitud de los bytes recibidos", "the length of the bytes received"});
    }
    if (claims.dig != evidence::digest_claim(intake.digest)) {
        return base::fail(
            Errc::digest_mismatch, "request.jws dig",
            {"el SHA-256 de los bytes recibidos", "the SHA-256 of the bytes received"});
    }
    return {};
}

}  // namespace

base::Result<evidence::RequestClaims> check_request(
    std::string_view jws, const std::vector<crypto::Certificate>& certificates,
    const RequestContext& context, const Intake& intake)
{
    auto token = crypto::read_jws(jws, evidence::kRequestTyp);
    if (!token) {
        return base::Failure(token.error());
    }
    const auto signer =
        std::ranges::find(certificates, token->header.x5t_s256, &crypto::Certificate::x5t);
    if (signer == certificates.end()) {
        return base::fail(Errc::claim_mismatch, "request.jws x5t#S256",
                          {"un certificado de firma inscrito de la institución",
                           "an enrolled signing certificate of the institution"});
    }
    if (auto good = context.trust.signing.check(*signer, intake.received); !good) {
        return base::Failure(good.error());
    }
    const auto verified = crypto::verify_jws(*token, *signer);
    if (!verified) {
        return base::Failure(verified.error());
    }
    auto claims = evidence::RequestClaims::from(verified->root());
    if (!claims) {
        return claims;
    }
    if (auto times = check_times(*claims, intake.received); !times) {
        return base::Failure(times.error());
    }
    if (auto place = check_place(*claims, context); !place) {
        return base::Failure(place.error());
    }
    if (auto content = check_content(*claims, intake); !content) {
        return base::Failure(content.error());
    }
    return claims;
}

base::Result<void> check_content_digest(std::string_view header, const base::Digest& digest)
{
    const base::Text expected{"Content-Digest: sha-256=:…: de los bytes enviados",
                              "Content-Digest: sha-256=:…: of the bytes sent"};
    if (header.empty()) {
        return base::fail(Errc::digest_mismatch, "Content-Digest", expected, base::kind_of({}));
    }
    for (const auto part : base::split(header, ',')) {
        if (base::trim(part) == content_digest(digest)) {
            return {};
        }
    }
    return base::fail(Errc::digest_mismatch, "Content-Digest", expected, base::kind_of(header));
}

std::string content_digest(const base::Digest& digest)
{
    return "sha-256=:" + base::to_base64(base::view(digest)) + ":";
}

}  // namespace gateway::exchange
