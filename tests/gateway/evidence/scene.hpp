#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/core/exchange.hpp"
#include "gateway/crypto/dev_pki.hpp"
#include "gateway/evidence/claims.hpp"
#include "gateway/evidence/package.hpp"
#include "gateway/evidence/proof_file.hpp"
#include "gateway/evidence/verify.hpp"

/// One exchange between people who do not exist, with all its evidence; and the same told wrongly,
/// every signature right.
namespace scene {

using gateway::core::Document;
using Documents = std::vector<Document>;

/// What to tell differently. Each edit runs before the signature.
struct Script {
    std::function<void(gateway::evidence::RequestClaims&)> request = [](auto&) {};
    std::function<void(gateway::evidence::ReceiptClaims&)> receipt = [](auto&) {};
    std::function<void(gateway::evidence::DeliveryClaims&)> delivery = [](auto&) {};
    std::function<void(gateway::evidence::CompletionClaims&)> completion = [](auto&) {};
    std::function<void(gateway::evidence::LeafFields&)> leaf = [](auto&) {};
    std::function<void(gateway::evidence::AgreementSignatureClaims&)> signature = [](auto&) {};
    std::function<void(gateway::evidence::ProofFile&)> proof = [](auto&) {};
    std::function<void(Documents&)> documents = [](auto&) {};  ///< before the manifest is made
    bool nro = true;                                           ///< the sender signs
    bool delivered = true;                                     ///< there is a completion
    bool nrr = true;                                           ///< the receiver countersigns
    gateway::crypto::KeyKind receiver_key = gateway::crypto::KeyKind::p256;
    gateway::crypto::Algorithm sender_algorithm = gateway::crypto::Algorithm::rs256;
};

[[nodiscard]] std::string tar_of(const Script& script = {});

/// A submission refused before the agreement: its receipt is all there is.
[[nodiscard]] Script refused();

[[nodiscard]] gateway::evidence::Trust trust();

}  // namespace scene
