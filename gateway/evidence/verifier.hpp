#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir_models/r4/node.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/verify.hpp"

namespace gateway::evidence {

/// One run of verify(): the steps in their order, each true when all its checks are ok.
class Verifier {
public:
    Verifier(std::string_view tar, const Trust& trust) : tar_(tar), trust_(trust) {}

    [[nodiscard]] Report run();

private:
    /// A certificate of the tar that may have signed, with what followed it in its file.
    struct Signer {
        std::string file;
        crypto::Certificate certificate;
        std::vector<crypto::Certificate> issuers;
    };

    // The steps.
    bool anchors();
    bool archive();
    bool manifest();
    bool receipt();
    bool request();
    bool outcome();
    bool agreement();
    bool decision();
    bool receipt_leaf();
    bool delivery();
    bool completion();

    // What the steps are made of (verify_parts.cpp). Each adds its checks to the report.
    bool check(std::string name, std::string_view file, bool ok, std::string detail = {});
    bool check(std::string name, std::string_view file, const base::Result<void>& result);
    bool has(std::string_view file) { return check("is there", file, files_.contains(file)); }
    /// Reads, verifies and chains a JWS; the claims are kept alive by the document.
    std::optional<fhir::r4::Document> open(std::string_view file, std::string_view typ);
    /// The signer's certificate speaks for `iss`.
    bool speaks_for(std::string_view file, std::string_view iss);
    bool named_in_agreement(std::string_view file);
    bool digest_is(std::string_view file, std::string_view claim);
    bool digests(const fhir::r4::Node& claims, bool only_failure);
    bool in_ledger(std::string_view leaf_file, std::string_view proof_file, const LogClaim& log);
    /// The ledger's head above the leaf at a moment that an outside authority tells, if one did.
    bool stamped(std::string_view leaf_file, const std::string& stem, const LogClaim& log);
    /// The signers of these files, those of them that are there, by the lists that `file` names.
    bool not_revoked(std::string_view file, const std::vector<std::string>& digests,
                     std::int64_t when, const std::vector<std::string_view>& signed_files);
    /// Who, of the witnesses that are trusted, saw the ledger's head above the leaf; the report
    /// tells.
    bool witnessed(std::string_view leaf_file, const std::string& proof_file, const LogClaim& log);
    bool leaf_of(std::string_view leaf_file, std::string_view jws_file, const LogClaim& log);
    base::Result<void> request_matches(const RequestClaims& request) const;
    [[nodiscard]] const Signer* signer_of(std::string_view x5t) const;
    [[nodiscard]] std::string_view bytes_of(std::string_view file) const;
    [[nodiscard]] bool is_accepted() const { return receipt_.evt != "rejected"; }

    std::string_view tar_;
    const Trust& trust_;
    Report report_;
    std::optional<crypto::TrustAnchors> anchors_;
    std::map<std::string, std::string, std::less<>> files_;
    std::vector<Signer> signers_;
    std::map<std::string, const Signer*, std::less<>> signed_by_;  ///< by JWS file
    std::string gateway_;                                          ///< iss of the manifest
    ReceiptClaims receipt_;
};

}  // namespace gateway::evidence
