#include <openssl/rand.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"
#include "gateway/agreements/agreement.hpp"
#include "gateway/crypto/jws.hpp"

namespace gateway::agreements {
namespace {

using base::Errc;
using base::fail;

constexpr std::int64_t kClockSkewSeconds = 300;

/// The digest of the exact bytes, as in every claim set of the gateway.
std::string digest_of(std::string_view bytes)
{
    return "sha-256:" + base::to_base64url(base::view(base::sha256(bytes)));
}

/// The claims say: this signer, these bytes, a moment that has been. Gives the moment.
base::Result<base::Instant> check_claims(const fhir::r4::Node& claims, std::string_view signer,
                                         const std::string& digest, base::Instant now)
{
    if (claims.text_of("dig") != digest) {
        return fail(Errc::digest_mismatch, "dig",
                    {"el resumen de los bytes exactos del convenio",
                     "the digest of the agreement's exact bytes"});
    }
    if (signer.empty() || claims.text_of("iss") != signer) {
        return fail(Errc::claim_mismatch, "iss",
                    {"el URN del certificado que firma", "the URN of the signing certificate"});
    }
    const auto* const iat = claims.find("iat");
    const auto seconds = iat != nullptr && iat->kind == fhir::r4::Kind::number
                             ? base::to_size(iat->text)
                             : std::nullopt;
    const auto latest = static_cast<std::size_t>(base::to_seconds(now) + kClockSkewSeconds);
    if (!seconds || *seconds > latest) {
        return fail(
            Errc::claim_mismatch, "iat",
            {"un momento pasado, en segundos desde 1970", "a past moment, in seconds since 1970"});
    }
    return base::from_seconds(static_cast<std::int64_t>(*seconds));
}

/// The signer's URN, once its signature is checked in full.
base::Result<std::string> check_signature(const std::string& token,
                                          const std::string& certificate_pem,
                                          const std::string& digest,
                                          const crypto::TrustAnchors& anchors, base::Instant now)
{
    const auto chain = crypto::Certificate::all_from_pem(certificate_pem);
    if (!chain) {
        return base::Failure(chain.error());
    }
    if (chain->empty()) {
        return fail(Errc::untrusted_certificate, "pem",
                    {"un certificado PEM", "a PEM certificate"});
    }
    const auto& leaf = chain->front();
    const auto jws = crypto::read_jws(token, kSignatureTyp);
    if (!jws) {
        return base::Failure(jws.error());
    }
    const auto claims = crypto::verify_jws(*jws, leaf);
    if (!claims) {
        return base::Failure(claims.error());
    }
    auto signer = leaf.uri();
    const auto signed_at = check_claims(claims->root(), signer, digest, now);
    if (!signed_at) {
        return base::Failure(signed_at.error());
    }
    const std::vector<crypto::Certificate> intermediates(chain->begin() + 1, chain->end());
    if (const auto trusted = anchors.check(leaf, intermediates, *signed_at); !trusted) {
        return base::Failure(trusted.error());
    }
    return signer;
}

/// Each signature is a party's, and each party has one.
base::Result<void> check_signatures(const Agreement& agreement,
                                    const std::vector<std::string>& signatures,
                                    const std::vector<std::string>& certificates,
                                    const crypto::TrustAnchors& anchors, base::Instant now)
{
    const auto digest = digest_of(agreement.bytes);
    std::vector<bool> signed_by(agreement.parties.size(), false);
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        const auto where = "signature " + std::to_string(i + 1);
        const auto signer = check_signature(signatures[i], certificates[i], digest, anchors, now);
        if (!signer) {
            auto error = signer.error();
            error.where = where + " " + error.where;
            return base::Failure(std::move(error));
        }
        const auto* const party = agreement.party(*signer);
        if (party == nullptr) {
            return fail(Errc::claim_mismatch, where + " iss",
                        {"una de las partes del convenio", "a party of the agreement"});
        }
        signed_by[static_cast<std::size_t>(party - agreement.parties.data())] = true;
    }
    for (std::size_t i = 0; i < signed_by.size(); ++i) {
        if (!signed_by[i]) {
            return fail(Errc::bad_signature, "/parties/" + std::to_string(i),
                        {"la firma de cada parte", "the signature of every party"},
                        {"ausente", "absent"});
        }
    }
    return {};
}

}  // namespace

base::Result<Agreement> read_agreement(std::string bytes, std::vector<std::string> signatures,
                                       std::vector<std::string> certificates_pem,
                                       const crypto::TrustAnchors& anchors, base::Instant now)
{
    auto agreement = read_document(std::move(bytes));
    if (!agreement) {
        return base::Failure(agreement.error().front());
    }
    if (signatures.size() != certificates_pem.size()) {
        return fail(Errc::untrusted_certificate, "signatures",
                    {"un certificado por firma", "one certificate per signature"});
    }
    if (const auto checked =
            check_signatures(*agreement, signatures, certificates_pem, anchors, now);
        !checked) {
        return base::Failure(checked.error());
    }
    agreement->signatures = std::move(signatures);
    agreement->signer_certificates = std::move(certificates_pem);
    return *std::move(agreement);
}

base::Result<std::string> sign_agreement(std::string_view bytes, const crypto::PrivateKey& key,
                                         const crypto::Certificate& certificate, base::Instant now)
{
    const auto agreement = read_document(std::string(bytes));
    if (!agreement) {
        return base::Failure(agreement.error().front());
    }
    const auto institution = certificate.uri();
    if (agreement->party(institution) == nullptr) {
        return fail(Errc::claim_mismatch, "certificate.subjectAltName",
                    {"el URN de una de las partes", "the URN of a party"});
    }
    const auto public_key = certificate.public_key();
    if (!public_key) {
        return base::Failure(public_key.error());
    }
    if (public_key->der() != key.public_der()) {
        return fail(Errc::unusable_key, "key",
                    {"la llave privada del certificado", "the certificate's private key"});
    }
    std::string claims = "{\"iss\":";
    fhir::r4::write_json_string(institution, claims);
    claims.append(",\"iat\":").append(std::to_string(base::to_seconds(now)));
    claims.append(",\"dig\":\"").append(digest_of(bytes)).append("\"}");
    const crypto::JwsHeader header{key.algorithm(), std::string(kSignatureTyp), certificate.x5t(),
                                   certificate.x5t()};
    return crypto::sign_jws(key, header, claims);
}

std::string new_subject_key()
{
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return base::to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace gateway::agreements
