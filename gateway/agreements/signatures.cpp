#include "gateway/agreements/signatures.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "fhir_models/base/text.hpp"
#include "fhir_models/r4/json_writer.hpp"
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

}  // namespace

base::Result<std::shared_ptr<SignatureChecker::Signer>> SignatureChecker::signer_of(
    const std::string& certificate_pem)
{
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = signers_.find(certificate_pem); known != signers_.end()) {
            return known->second;
        }
    }
    auto chain = crypto::Certificate::all_from_pem(certificate_pem);
    if (!chain) {
        return base::Failure(chain.error());
    }
    if (chain->empty()) {
        return fail(Errc::untrusted_certificate, "pem",
                    {"un certificado PEM", "a PEM certificate"});
    }
    auto signer = std::make_shared<Signer>();
    signer->chain = *std::move(chain);
    signer->institution = signer->chain.front().uri();
    signer->from = base::from_seconds(1);
    const std::scoped_lock lock(mutex_);
    return signers_.emplace(certificate_pem, std::move(signer)).first->second;
}

/// Without revocation lists a chain is trusted during one stretch of time: what holds at two
/// moments holds between them.
base::Result<void> SignatureChecker::check_trust(Signer& signer, base::Instant when) const
{
    const std::scoped_lock lock(signer.mutex);
    if (signer.from <= when && when <= signer.until) {
        return {};
    }
    const std::vector<crypto::Certificate> intermediates(signer.chain.begin() + 1,
                                                         signer.chain.end());
    if (const auto trusted = anchors_.check(signer.chain.front(), intermediates, when); !trusted) {
        return base::Failure(trusted.error());
    }
    const bool first = signer.until < signer.from;
    signer.from = first ? when : std::min(signer.from, when);
    signer.until = first ? when : std::max(signer.until, when);
    return {};
}

base::Result<SignatureChecker::Checked> SignatureChecker::check_one(
    const std::string& token, const std::string& certificate_pem, std::string_view typ,
    std::string_view bytes)
{
    const auto jws = crypto::read_jws(token, typ);
    if (!jws) {
        return base::Failure(jws.error());
    }
    const auto signer = signer_of(certificate_pem);
    if (!signer) {
        return base::Failure(signer.error());
    }
    auto claims = crypto::verify_jws(*jws, (*signer)->chain.front());
    if (!claims) {
        return base::Failure(claims.error());
    }
    const auto signed_at =
        check_claims(claims->root(), (*signer)->institution, digest_of(bytes), now_);
    if (!signed_at) {
        return base::Failure(signed_at.error());
    }
    if (const auto trusted = check_trust(**signer, *signed_at); !trusted) {
        return base::Failure(trusted.error());
    }
    return Checked{(*signer)->institution, *signed_at, *std::move(claims)};
}

base::Result<void> SignatureChecker::check(const Agreement& agreement,
                                           const std::vector<std::string>& signatures,
                                           const std::vector<std::string>& certificates_pem)
{
    if (signatures.size() != certificates_pem.size()) {
        return fail(Errc::untrusted_certificate, "signatures",
                    {"un certificado por firma", "one certificate per signature"});
    }
    std::vector<bool> signed_by(agreement.parties.size(), false);
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        const auto where = "signature " + std::to_string(i + 1);
        const auto signer =
            check_one(signatures[i], certificates_pem[i], kSignatureTyp, agreement.bytes);
        if (!signer) {
            auto error = signer.error();
            error.where = where + " " + error.where;
            return base::Failure(std::move(error));
        }
        const auto* const party = agreement.party(signer->institution);
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

base::Result<Agreement> read_agreement(std::string bytes, std::vector<std::string> signatures,
                                       std::vector<std::string> certificates_pem,
                                       SignatureChecker& checker)
{
    auto agreement = read_document(std::move(bytes));
    if (!agreement) {
        return base::Failure(agreement.error().front());
    }
    if (const auto checked = checker.check(*agreement, signatures, certificates_pem); !checked) {
        return base::Failure(checked.error());
    }
    agreement->signatures = std::move(signatures);
    agreement->signer_certificates = std::move(certificates_pem);
    return *std::move(agreement);
}

base::Result<Agreement> read_agreement(std::string bytes, std::vector<std::string> signatures,
                                       std::vector<std::string> certificates_pem,
                                       const crypto::TrustAnchors& anchors, base::Instant now)
{
    SignatureChecker checker(anchors, now);
    return read_agreement(std::move(bytes), std::move(signatures), std::move(certificates_pem),
                          checker);
}

base::Result<std::string> sign_agreement(std::string_view bytes, const crypto::PrivateKey& key,
                                         const crypto::Certificate& certificate, base::Instant now)
{
    return sign_statement(bytes, {kSignatureTyp, {}}, key, certificate, now);
}

base::Result<std::string> sign_statement(std::string_view bytes, const Statement& statement,
                                         const crypto::PrivateKey& key,
                                         const crypto::Certificate& certificate, base::Instant now)
{
    const auto agreement = read_document(std::string(bytes));
    if (!agreement) {
        return base::Failure(agreement.error().front());
    }
    const auto& institution = certificate.uri();
    if (agreement->party(institution) == nullptr) {
        return fail(Errc::claim_mismatch, "certificate.subjectAltName",
                    {"el URN de una de las partes", "the URN of a party"});
    }
    const auto& public_key = certificate.public_key();
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
    claims.append(",\"dig\":\"").append(digest_of(bytes)).append("\"");
    claims.append(statement.more).append("}");
    const crypto::JwsHeader header{key.algorithm(), std::string(statement.typ), certificate.x5t(),
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
