#include <algorithm>
#include <charconv>
#include <set>

#include "fhir_models/r4/json_reader.hpp"
#include "gateway/crypto/jws.hpp"
#include "gateway/crypto/revocation.hpp"
#include "gateway/crypto/timestamp.hpp"
#include "gateway/evidence/checkpoint.hpp"
#include "gateway/evidence/cosignature.hpp"
#include "gateway/evidence/manifest.hpp"
#include "gateway/evidence/merkle.hpp"
#include "gateway/evidence/proof_file.hpp"
#include "gateway/evidence/verifier.hpp"

namespace gateway::evidence {
namespace {

base::Failure mismatch(std::string place, base::Text expected)
{
    return base::fail(base::Errc::claim_mismatch, std::move(place), std::move(expected));
}

/// When a claim set says it was signed; the certificate must have been valid then.
std::int64_t moment_of(const fhir::r4::Node& claims)
{
    const auto* iat = claims.find("iat");
    std::int64_t seconds = 0;
    if (iat != nullptr) {
        std::from_chars(iat->text.data(), iat->text.data() + iat->text.size(), seconds);
    }
    return seconds;
}

}  // namespace

bool Verifier::check(std::string name, std::string_view file, bool ok, std::string detail)
{
    report_.checks.push_back({std::move(name), std::string(file), ok, std::move(detail)});
    return ok;
}

bool Verifier::check(std::string name, std::string_view file, const base::Result<void>& result)
{
    return check(std::move(name), file, result.has_value(),
                 result ? std::string() : base::to_line(result.error()));
}

std::string_view Verifier::bytes_of(std::string_view file) const
{
    const auto found = files_.find(file);
    return found == files_.end() ? std::string_view() : std::string_view(found->second);
}

const Verifier::Signer* Verifier::signer_of(std::string_view x5t) const
{
    const auto found = std::ranges::find_if(
        signers_, [&](const Signer& signer) { return signer.certificate.x5t() == x5t; });
    return found == signers_.end() ? nullptr : &*found;
}

std::optional<fhir::r4::Document> Verifier::open(std::string_view file, std::string_view typ)
{
    const auto token = crypto::read_jws(bytes_of(file), typ);
    if (!token) {
        check("signature", file, false, base::to_line(token.error()));
        return std::nullopt;
    }
    const auto* signer = signer_of(token->header.x5t_s256);
    if (signer == nullptr) {
        // An altered certificate is the likelier culprit: the manifest names it, true or not.
        const auto json = fhir::r4::read_json(token->claims);
        if (file != kManifestName || !json || digests(json->root(), true)) {
            check("signature", file, false, "the signer's certificate is not in the tar");
        }
        return std::nullopt;
    }
    auto json = crypto::verify_jws(*token, signer->certificate);
    if (!json) {
        check("signature", file, false, base::to_line(json.error()));
        return std::nullopt;
    }
    check("signature", file, true, signer->file);
    const auto when = base::from_seconds(moment_of(json->root()));
    if (!check("certificate at the time of signing", file,
               anchors_->check(signer->certificate, signer->issuers, when))) {
        return std::nullopt;
    }
    signed_by_.insert_or_assign(std::string(file), signer);
    return *std::move(json);
}

bool Verifier::speaks_for(std::string_view file, std::string_view iss)
{
    const auto& uri = signed_by_.find(file)->second->certificate.uri();
    return check("certificate of its issuer", file, !iss.empty() && uri == iss);
}

bool Verifier::named_in_agreement(std::string_view file)
{
    const auto x5t = '"' + signed_by_.find(file)->second->certificate.x5t() + '"';
    return check("key named in the agreement", file,
                 bytes_of("agreement.json").find(x5t) != std::string_view::npos);
}

bool Verifier::digest_is(std::string_view file, std::string_view claim)
{
    return check("digest", file, digest_claim(bytes_of(file)) == claim);
}

bool Verifier::digests(const fhir::r4::Node& claims, bool only_failure)
{
    const auto manifest = ManifestClaims::from(claims);
    if (!manifest) {
        return only_failure || check("claims", kManifestName, false,  //
                                     base::to_line(manifest.error()));
    }
    std::set<std::string_view> listed;
    for (const auto& file : manifest->files) {
        const auto bytes = bytes_of(file.name);
        const bool ok = files_.contains(file.name) && bytes.size() == file.len &&
                        digest_claim(bytes) == file.dig;
        if (!ok || !only_failure) {
            check("digest in the manifest", file.name, ok);
        }
        if (!ok) {
            return false;
        }
        listed.insert(file.name);
    }
    for (const auto& [name, bytes] : files_) {
        if (name != kManifestName && !listed.contains(name)) {
            return check("digest in the manifest", name, false, "a file that is not listed");
        }
    }
    return true;
}

base::Result<void> Verifier::request_matches(const RequestClaims& request) const
{
    if (request.iss != receipt_.aud || request.jti != receipt_.jti) {
        return mismatch("request.jws iss, jti", {"los del recibo", "those of the receipt"});
    }
    if (!is_accepted()) {
        return {};  // what was refused may well contradict what the gateway saw
    }
    const bool names_both = std::ranges::find(request.aud, receipt_.iss) != request.aud.end() &&
                            std::ranges::find(request.aud, receipt_.receiver) != request.aud.end();
    if (!names_both) {
        return mismatch("request.jws aud", {"la pasarela y el receptor", "gateway and receiver"});
    }
    if (request.dig != receipt_.in) {
        return mismatch("request.jws dig", {"la huella de lo recibido", "what was received"});
    }
    if (request.agr.id != receipt_.agr.id || request.agr.version != receipt_.agr.version ||
        request.agr.digest != receipt_.agr.digest) {
        return mismatch("request.jws agr", {"el convenio del recibo", "the receipt's agreement"});
    }
    if (request.pou != receipt_.pou || request.env != receipt_.env) {
        return mismatch("request.jws pou, env", {"los del recibo", "those of the receipt"});
    }
    return {};
}

bool Verifier::not_revoked(std::string_view file, const std::vector<std::string>& digests,
                           std::int64_t when, const std::vector<std::string_view>& signed_files)
{
    if (digests.empty()) {
        return true;  // the gateway asked no list
    }
    std::vector<std::string> texts;
    for (const auto& digest : digests) {
        const auto list = std::ranges::find_if(files_, [&digest](const auto& one) {
            return one.first.ends_with(".crl") && digest_claim(one.second) == digest;
        });
        if (list == files_.end()) {
            return check("its revocation lists are there", file, false, digest);
        }
        texts.push_back(list->second);
    }
    const auto lists = crypto::RevocationLists::read(texts, crypto::RevocationLists::kLongestGrace);
    if (!lists) {
        return check("its revocation lists are there", file, false, base::to_line(lists.error()));
    }
    for (const auto& one : signed_files) {
        const auto signer = signed_by_.find(one);
        if (signer != signed_by_.end() &&
            !check("not revoked, by the lists of the time", one,
                   anchors_->check(signer->second->certificate, signer->second->issuers,
                                   base::from_seconds(when), &*lists))) {
            return false;
        }
    }
    return true;
}

bool Verifier::leaf_of(std::string_view leaf_file, std::string_view jws_file, const LogClaim& log)
{
    if (!has(leaf_file)) {
        return false;
    }
    const auto json = fhir::r4::read_json(bytes_of(leaf_file));
    const auto leaf = json ? LeafFields::from(json->root()) : base::Failure(json.error());
    if (!leaf) {
        return check("claims", leaf_file, false, base::to_line(leaf.error()));
    }
    return check("stands for " + std::string(jws_file), leaf_file,
                 leaf->seq == log.index && leaf->exch == receipt_.exch &&
                     leaf->jws == digest_claim(bytes_of(jws_file)));
}

bool Verifier::in_ledger(std::string_view leaf_file, std::string_view proof_file,
                         const LogClaim& log)
{
    if (!has(proof_file)) {
        return false;
    }
    const auto proof = ProofFile::from(bytes_of(proof_file));
    if (!proof) {
        return check("claims", proof_file, false, base::to_line(proof.error()));
    }
    std::optional<Checkpoint> checkpoint;
    for (const auto& vkey : trust_.vkeys) {
        auto opened = open_checkpoint(proof->checkpoint, vkey);
        if (opened && opened->origin == log.origin) {
            checkpoint = *std::move(opened);
        }
    }
    return check("checkpoint signed by a ledger that is trusted", proof_file,
                 checkpoint.has_value()) &&
           check("inclusion in the ledger", proof_file,
                 proof->index == log.index && verify_inclusion(proof->index, checkpoint->size,
                                                               leaf_hash(bytes_of(leaf_file)),
                                                               proof->hashes, checkpoint->root),
                 log.origin + ' ' + std::to_string(log.index));
}

bool Verifier::stamped(std::string_view leaf_file, const std::string& stem, const LogClaim& log)
{
    const auto proof_file = stem + ".tlog-proof";
    const auto token_file = stem + ".tst";
    if (!files_.contains(proof_file) && !files_.contains(token_file)) {
        return true;  // none was there yet, or no authority is asked
    }
    if (!has(token_file) || !in_ledger(leaf_file, proof_file, log)) {
        return false;
    }
    const auto proof = ProofFile::from(bytes_of(proof_file));
    const auto when = crypto::check_timestamp(bytes_of(token_file), proof->checkpoint, *anchors_);
    return check("time-stamp of the checkpoint", token_file, when.has_value(),
                 when ? base::to_rfc3339(*when) : base::to_line(when.error()));
}

bool Verifier::witnessed(std::string_view leaf_file, const std::string& proof_file,
                         const LogClaim& log)
{
    const bool there = files_.contains(proof_file);
    if (there && !in_ledger(leaf_file, proof_file, log)) {
        return false;
    }
    const auto proof = ProofFile::from(bytes_of(proof_file));
    std::size_t named = 0;
    std::size_t saw = 0;
    for (const auto& vkey : trust_.vkeys) {
        const auto name = witness_name(vkey);
        if (!name) {
            continue;
        }
        ++named;
        using When = base::Result<std::optional<base::Instant>>;
        const When when = there ? cosigned_at(proof->checkpoint, vkey) : When(std::nullopt);
        if (!when) {
            return check("cosignature of a witness", proof_file, false,
                         *name + ": " + base::to_line(when.error()));
        }
        if (*when) {
            ++saw;
            check("cosignature of a witness", proof_file, true,
                  *name + " at " + base::to_rfc3339(**when));
        }
    }
    return check("witnesses", proof_file, true,
                 std::to_string(saw) + " of the " + std::to_string(named) +
                     " that are trusted saw this ledger");
}

}  // namespace gateway::evidence
