#include "gateway/crypto/jws.hpp"

#include <array>
#include <optional>
#include <utility>

#include "fhir_models/base/bytes.hpp"
#include "fhir_models/r4/json_reader.hpp"
#include "fhir_models/r4/json_writer.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using base::Failure;
using base::Text;

constexpr std::size_t kLargestToken = std::size_t{1} << 20U;
constexpr std::size_t kLargestHeader = 1024;
constexpr std::size_t kThumbprintText = 43;  ///< 32 bytes in base64url

const Text kFourMembers{"sólo alg, typ, kid y x5t#S256, como textos",
                        "alg, typ, kid and x5t#S256 alone, as strings"};

/// The members a header has, all of them and no other (RFC 8725 §2.8, §3.10: what is not read
/// cannot be believed).
struct Member {
    std::string_view name;
    std::string_view where;
};
constexpr std::array<Member, 4> kMembers{{
    {"alg", "jws.header.alg"},
    {"typ", "jws.header.typ"},
    {"kid", "jws.header.kid"},
    {"x5t#S256", "jws.header.x5t#S256"},
}};

Failure malformed(std::string_view where, Text expected, Text found = {})
{
    return fail(Errc::malformed_jws, std::string(where), std::move(expected), std::move(found));
}

/// A name from a header is somebody else's text: only those the RFCs give are told.
std::string place_of(std::string_view name)
{
    constexpr std::string_view kKnown[] = {"b64", "jku", "x5u", "jwk", "crit",
                                           "x5c", "x5t", "cty", "zip", "enc"};
    for (const auto known : kKnown) {
        if (name == known) {
            return "jws.header." + std::string(known);
        }
    }
    return "jws.header";
}

/// Every member known, a string and not empty; read_json has refused duplicates.
std::optional<Failure> inadmissible(const fhir::r4::Node& header)
{
    if (header.kind != fhir::r4::Kind::object) {
        return malformed("jws.header", {"un objeto JSON", "a JSON object"});
    }
    for (const auto& member : header) {
        bool known = false;
        for (const auto& row : kMembers) {
            known = known || row.name == member.name;
        }
        if (!known) {
            return malformed(place_of(member.name), kFourMembers);
        }
    }
    for (const auto& row : kMembers) {
        const auto* const member = header.find(row.name);
        if (member == nullptr || member->kind != fhir::r4::Kind::string || member->text.empty()) {
            return malformed(row.where, {"un texto no vacío", "a string that is not empty"});
        }
    }
    return std::nullopt;
}

base::Result<JwsHeader> read_header(std::string_view bytes, std::string_view expected_typ)
{
    const auto json = fhir::r4::read_json(bytes, {.depth = 4, .bytes = kLargestHeader});
    if (!json) {
        return malformed("jws.header",
                         {"JSON sin nombres repetidos", "JSON without repeated names"});
    }
    const auto& root = json->root();
    if (auto failure = inadmissible(root)) {
        return *std::move(failure);
    }
    const auto algorithm = algorithm_from(root.text_of("alg"));
    if (!algorithm) {
        return Failure(algorithm.error());
    }
    if (root.text_of("typ") != expected_typ) {
        return malformed("jws.header.typ", {std::string(expected_typ), std::string(expected_typ)});
    }
    const auto thumbprint = root.text_of("x5t#S256");
    if (thumbprint.size() != kThumbprintText || !base::from_base64url(thumbprint)) {
        return malformed("jws.header.x5t#S256", {"SHA-256 en base64url", "SHA-256 in base64url"},
                         base::kind_of(thumbprint));
    }
    return JwsHeader{*algorithm, std::string(expected_typ), std::string(root.text_of("kid")),
                     std::string(thumbprint)};
}

std::string write_header(const JwsHeader& header)
{
    std::string json = R"({"alg":)";
    fhir::r4::write_json_string(to_text(header.algorithm), json);
    json += R"(,"typ":)";
    fhir::r4::write_json_string(header.typ, json);
    json += R"(,"kid":)";
    fhir::r4::write_json_string(header.kid, json);
    json += R"(,"x5t#S256":)";
    fhir::r4::write_json_string(header.x5t_s256, json);
    json += '}';
    return json;
}

}  // namespace

base::Result<std::string> sign_jws(const PrivateKey& key, const JwsHeader& header,
                                   std::string_view claims)
{
    if (header.typ.empty() || header.kid.empty() || header.x5t_s256.size() != kThumbprintText) {
        return fail(Errc::unusable_key, "jws.header",
                    {"typ, kid y x5t#S256", "typ, kid and x5t#S256"});
    }
    auto token = base::to_base64url(write_header(header));
    token += '.';
    token += base::to_base64url(claims);
    const auto signature = key.sign(token, header.algorithm);
    if (!signature) {
        return Failure(signature.error());
    }
    token += '.';
    token += base::to_base64url(*signature);
    return token;
}

base::Result<UnverifiedJws> read_jws(std::string_view token, std::string_view expected_typ)
{
    if (token.size() > kLargestToken) {
        return malformed("jws", {"a lo más 1 MiB", "at most 1 MiB"});
    }
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
        return malformed("jws", {"tres partes separadas por puntos", "three parts between dots"});
    }
    constexpr auto decode = [](std::string_view text) {
        return text.empty() ? std::nullopt : base::from_base64url(text);
    };
    const Text base64url{"base64url sin relleno", "base64url without padding"};
    const auto header_bytes = decode(token.substr(0, first));
    if (!header_bytes) {
        return malformed("jws.header", base64url);
    }
    auto claims = decode(token.substr(first + 1, second - first - 1));
    if (!claims) {
        return malformed("jws.claims", base64url);
    }
    auto signature = decode(token.substr(second + 1));
    if (!signature) {
        return malformed("jws.signature", base64url);
    }
    auto header = read_header(*header_bytes, expected_typ);
    if (!header) {
        return Failure(std::move(header).error());
    }
    return UnverifiedJws{*std::move(header), *std::move(claims), *std::move(signature),
                         std::string(token.substr(0, second))};
}

base::Result<fhir::r4::Document> verify_jws(const UnverifiedJws& token,
                                            const Certificate& certificate)
{
    if (token.header.x5t_s256 != certificate.x5t()) {
        return fail(Errc::claim_mismatch, "jws.header.x5t#S256",
                    {"la huella del certificado de quien firma",
                     "the thumbprint of the signer's certificate"});
    }
    const auto& key = certificate.public_key();
    if (!key || !key->verify(token.header.algorithm, token.signed_part, token.signature)) {
        return fail(
            Errc::bad_signature, "jws.signature",
            {"una firma de la llave del certificado", "a signature by the certificate's key"});
    }
    auto claims = fhir::r4::read_json(token.claims, {.bytes = kLargestToken});
    if (!claims || claims->root().kind != fhir::r4::Kind::object) {
        return malformed("jws.claims", {"un objeto JSON sin nombres repetidos",
                                        "a JSON object without repeated names"});
    }
    return claims;
}

}  // namespace gateway::crypto
